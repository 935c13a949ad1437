def host
  primary = ENV["PRIMARY"]
  secondary = ENV["SECONDARY"]
  raise "set PRIMARY or SECONDARY" if primary.nil? && secondary.nil?

  primary || secondary
end

def credentials
  user = ENV["DB_USER"]
  password = ENV["DB_PASSWORD"]
  raise "no credentials" if user.nil? || password.nil?

  [user, password]
end

def port
  ENV.key?("PORT") ? ENV.fetch("PORT") : "5432"
end

def schema
  # The default is evaluated whether it is needed or not.
  ENV.fetch("SCHEMA", ENV.fetch("DB_NAME"))
end

def lambda_handler(event:, context:)
  { host: host, port: port, credentials: credentials, schema: schema }
end
