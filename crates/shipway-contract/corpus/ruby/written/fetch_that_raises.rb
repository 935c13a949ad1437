class MissingSetting < StandardError; end

TABLE = ENV.fetch("TABLE") { raise MissingSetting, "TABLE" }
QUEUE = ENV.fetch("QUEUE") do |name|
  raise MissingSetting, "#{name} has to be set"
end
TOKEN = ENV.fetch("TOKEN") { |name| abort("#{name} has to be set") }
LABEL = ENV.fetch("LABEL") do
  warn "no LABEL"
  "none"
end

def lambda_handler(event:, context:)
  key = ENV.fetch("SIGNING_KEY") { fail ArgumentError, "no key" }
  { table: TABLE, queue: QUEUE, label: LABEL, key: key.length + TOKEN.length }
end
