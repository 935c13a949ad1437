require "aws-sdk-sns"

def notify(message)
  return unless ENV["ALERT_TOPIC"]

  Aws::SNS::Client.new.publish(topic_arn: ENV["ALERT_TOPIC"], message: message)
end

def archive(key)
  return false if ENV["ARCHIVE_BUCKET"].to_s.empty?

  upload(ENV.fetch("ARCHIVE_BUCKET"), key)
end

def audit(event)
  return if !ENV.key?("AUDIT_STREAM")

  put(ENV.fetch("AUDIT_STREAM"), event, ENV.fetch("AUDIT_PARTITION"))
end

def lambda_handler(event:, context:)
  notify("started")
  audit(event)
  { archived: archive(event["key"]) }
end
