begin
  TABLE = ENV.fetch("TABLE")
rescue KeyError
  TABLE = "orders-dev"
end

def tenant
  ENV.fetch("TENANT")
rescue KeyError => e
  warn "not set: #{e.message}"
  nil
end

def limit
  begin
    Integer(ENV.fetch("LIMIT"))
  rescue ArgumentError, KeyError
    10
  ensure
    puts "limit read"
  end
end

def lambda_handler(event:, context:)
  build = ENV.fetch("BUILD") rescue "unknown"
  { table: TABLE, tenant: tenant, limit: limit, build: build }
end
