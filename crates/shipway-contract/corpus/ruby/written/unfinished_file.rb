require "aws-sdk-s3"

BUCKET = ENV["BUCKET"]
S3 = Aws::S3::Client.new

def lambda_handler(event:, context:)
  key = ENV.fetch("KEY", "data.json")
  body = S3.get_object(bucket: BUCKET, key: key).body.read
  if body
    process(body, [