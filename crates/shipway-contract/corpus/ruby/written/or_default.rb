BASE_URL = ENV["BASE_URL"] || "https://example.com"
STAGE = ENV["STAGE"] || ENV["ENVIRONMENT"] || "dev"
RETRIES = (ENV["RETRIES"] || 3).to_i

def lambda_handler(event:, context:)
  token = event["token"] ||
          ENV["API_TOKEN"] ||
          ""
  color = ENV["COLOR"] or "blue"
  level = (ENV["LEVEL"] or "info")
  { url: BASE_URL, stage: STAGE, token: !token.empty?, retries: RETRIES, level: level, color: color }
end
