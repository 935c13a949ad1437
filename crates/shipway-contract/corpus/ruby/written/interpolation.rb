BASE = "https://#{ENV['API_HOST']}/v1"
URL = "#{BASE}/#{ENV.fetch('API_PATH', 'items')}"

QUERY = <<~SQL
  SELECT *
  FROM #{ENV.fetch("SCHEMA")}.orders
  LIMIT #{ENV["ROW_LIMIT"] || 10}
SQL

def lambda_handler(event:, context:)
  url = %(https://sqs.#{ENV["AWS_REGION"]}.amazonaws.com/#{ENV["ACCOUNT_ID"]}/jobs)
  pattern = /^#{ENV["KEY_PREFIX"]}/
  output = `/opt/bin/tool --mode #{ENV.fetch("TOOL_MODE")}`
  symbol = :"level_#{ENV["LEVEL_NAME"]}"
  { url: url, base: URL, match: pattern.match?(event["key"]), output: output, query: QUERY, symbol: symbol }
end
