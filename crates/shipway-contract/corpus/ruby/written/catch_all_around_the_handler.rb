require "json"
require "logger"

LOGGER = Logger.new($stdout)

def lambda_handler(event:, context:)
  table = connect(ENV.fetch("TABLE"))
  event["Records"].each do |record|
    table.put(JSON.parse(record["body"]))
  end
  { statusCode: 200 }
rescue StandardError => e
  LOGGER.error("the batch failed: #{e.message}")
  { statusCode: 500 }
end
