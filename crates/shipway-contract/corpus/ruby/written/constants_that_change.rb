require_relative "names"

if RUBY_PLATFORM.include?("linux")
  HOST_ENV = "LINUX_HOST"
else
  HOST_ENV = "OTHER_HOST"
end

NAMES = %w[FIRST SECOND].freeze

def lambda_handler(event:, context:)
  name = "BASE"
  name = "BASE_REPLICA" if event["replica"]
  suffix = "TAIL"
  suffix += "_END" if event["end"]
  [
    ENV[name],
    ENV.fetch(suffix, ""),
    ENV[HOST_ENV],
    ENV[Elsewhere::IMPORTED_ENV],
    ENV[NAMES.first],
    ENV[NAMES[1]]
  ]
end
