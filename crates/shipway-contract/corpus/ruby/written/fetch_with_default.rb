require "logger"

LOGGER = Logger.new($stdout, level: ENV.fetch("LOG_LEVEL", "info"))
PAGE_SIZE = ENV.fetch("PAGE_SIZE", 50).to_i
OWNER = ENV.fetch("OWNER", nil)
HOST = ENV.fetch("HOST") { "localhost" }
PORT = Integer(ENV.fetch("PORT") do |name|
  LOGGER.warn("#{name} is not set")
  8080
end)

def lambda_handler(event:, context:)
  region = ENV.fetch "BUCKET_REGION", "eu-central-1"
  LOGGER.info("page size #{PAGE_SIZE}, owner #{OWNER}")
  { host: HOST, port: PORT, region: region }
end
