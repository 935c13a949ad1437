require "logger"

LOGGER = Logger.new($stderr)

def lambda_handler(event:, context:)
  webhook = ENV["WEBHOOK_URL"]
  unless webhook
    LOGGER.warn("WEBHOOK_URL is not set: nobody will be told")
    return { sent: false }
  end

  channel = ENV["CHANNEL"]
  channel = "#general" if channel.nil?

  LOGGER.info("nobody is mentioned") unless ENV["MENTION"]

  owner = ENV["OWNER"]
  owner ||= "nobody"

  { sent: true, webhook: webhook, channel: channel, owner: owner }
end
