TOKEN = ENV["API_TOKEN"]
if TOKEN.nil?
  abort "API_TOKEN is not set"
end

unless ENV["WORKERS"]
  warn "WORKERS is not set"
  exit 1
end

exit 0 unless ENV["ENABLED"]
exit!(3) unless ENV["LICENSE"]
exit(false) if ENV["ROLE"].nil?

def lambda_handler(event:, context:)
  { ok: true, token: TOKEN.length }
end
