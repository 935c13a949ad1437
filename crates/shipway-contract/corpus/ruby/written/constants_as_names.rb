TABLE_ENV = "TABLE_NAME"
BUCKET_ENV = "BUCKET_NAME".freeze

module Names
  TOPIC = "TOPIC_ARN"
end

class Worker
  QUEUE_ENV = 'QUEUE_URL'

  def queue
    ENV.fetch(QUEUE_ENV)
  end
end

def lambda_handler(event:, context:)
  secret_env = "SECRET_ID"
  {
    table: ENV[TABLE_ENV],
    bucket: ENV.fetch(BUCKET_ENV, "files"),
    topic: ENV[Names::TOPIC],
    secret: ENV[secret_env],
    queue: Worker.new.queue
  }
end
