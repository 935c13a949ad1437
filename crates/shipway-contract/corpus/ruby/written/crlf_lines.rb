require "json"

# Saved by an editor that ends lines the old way.
TABLE = ENV["TABLE"]

def lambda_handler(event:, context:)
  text = <<~TEXT
    one
    two ENV["NOT_ME"]
  TEXT
  stage = ENV.fetch("STAGE", "dev")
  puts text if ENV["VERBOSE"]
  JSON.generate(table: TABLE, stage: stage)
end
