BUCKET = ->(key, name = ENV["BUCKET"]) { "s3://#{name}/#{key}" }
LAZY = -> { ENV.fetch("LAZY") }
CALLBACK = proc do |value|
  value || ENV["CALLBACK_DEFAULT"].to_s
end

HOSTS = ENV["HOSTS"].split(",").map { |host| "#{host}:#{ENV.fetch('PORT', '443')}" }

def with_retries
  yield
rescue IOError
  puts ENV["ON_RETRY"]
  retry
end

def lambda_handler(event:, context:)
  names = %w[ALPHA BETA].map { |name| ENV[name] }
  with_retries { ENV["TARGET"].then { |target| [target, names, BUCKET.call(event["key"])] } }
end
