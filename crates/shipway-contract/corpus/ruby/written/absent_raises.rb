def database_url
  url = ENV["DATABASE_URL"]
  raise "DATABASE_URL must be set" unless url

  url
end

def signing_key
  key = ENV["SIGNING_KEY"]
  if key.nil?
    warn "no signing key"
    raise ArgumentError, "SIGNING_KEY must be set"
  end
  key
end

def bucket
  raise "no BUCKET" if ENV["BUCKET"].to_s.empty?

  ENV["BUCKET"]
end

def issuer
  if ENV["ISSUER"]
    "https://issuer"
  else
    raise "no ISSUER"
  end
end

def lambda_handler(event:, context:)
  [database_url, signing_key, bucket, issuer].map(&:length)
end
