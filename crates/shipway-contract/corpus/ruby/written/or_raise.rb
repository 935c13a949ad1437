TABLE = ENV["TABLE"] || raise("TABLE is not set")
BUCKET = ENV["BUCKET"] || abort("BUCKET is not set")
TOPIC = ENV["TOPIC"] || (raise ArgumentError, "TOPIC is not set")

def queue
  url = ENV["QUEUE_URL"] or raise KeyError, "QUEUE_URL"
  url
end

def lambda_handler(event:, context:)
  ENV["ROLE"] or fail "no ROLE"
  ENV["WORKERS"] || exit(1)
  ENV["ENABLED"] || exit(0)
  { table: TABLE, bucket: BUCKET, topic: TOPIC, queue: queue }
end
