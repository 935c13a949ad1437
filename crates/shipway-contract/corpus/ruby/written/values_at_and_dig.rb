HOST, PORT = ENV.values_at("DB_HOST", "DB_PORT")
USER = ENV.dig("DB_USER")

def credentials
  password, token = ENV.values_at(
    "DB_PASSWORD",
    "DB_TOKEN"
  )
  password.length + token.length
end

def lambda_handler(event:, context:)
  names = event["names"]
  { host: HOST, port: PORT, user: USER, length: credentials, more: ENV.values_at(*names) }
end
