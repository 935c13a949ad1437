# frozen_string_literal: true

require "mustache"

# Confirms an order in words.
CONFIRMATION = "Dear {{{customer}}}, we pack {{#items}}{{quantity}} x {{name}}; {{/items}}thank you."

def handler(event:, context:)
  { language: "ruby", text: Mustache.render(CONFIRMATION, event) }
end
