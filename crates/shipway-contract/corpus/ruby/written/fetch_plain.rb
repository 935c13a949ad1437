require "aws-sdk-s3"

BUCKET = ENV.fetch("BUCKET")
LIMIT = Integer(ENV.fetch('LIMIT'))
TIMEOUT = ENV.fetch("TIMEOUT").to_i

def lambda_handler(event:, context:)
  key = ENV.fetch "OBJECT_KEY"
  object = Aws::S3::Client.new.get_object(bucket: BUCKET, key: key)
  mode = ENV.fetch("MODE").downcase
  { mode: mode, lines: object.body.read.lines.first(LIMIT), timeout: TIMEOUT }
end
