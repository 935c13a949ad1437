TABLE = ENV[
  "TABLE"
]

LIMIT =
  ENV
  .fetch(
    # how many at once
    "LIMIT",
    "25"
  )
  .to_i

BUCKET =
  ENV["BUCKET"] ||
  raise(
    "BUCKET is not set"
  )

QUEUE = ENV . fetch ( "QUEUE" ) ; TOPIC = ENV['TOPIC']
STAGE = ENV.fetch \
  "STAGE"

def lambda_handler(event:, context:) = { table: TABLE, limit: LIMIT, bucket: BUCKET, queue: QUEUE, topic: TOPIC, stage: STAGE }
