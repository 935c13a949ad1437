ORIGINS = ENV["ORIGINS"]&.split(",")
DEBUG = ENV["DEBUG"]&.downcase == "true"
LIMIT = ENV["LIMIT"].to_i
PREFIX = ENV["PREFIX"].to_s
SUFFIX = ENV["SUFFIX"].to_s.strip

def lambda_handler(event:, context:)
  hosts = ENV["HOSTS"].split(",")
  level = ENV["LEVEL"].to_sym
  {
    key: "#{PREFIX}#{event['key']}#{SUFFIX}",
    hosts: hosts.first(LIMIT),
    origins: ORIGINS,
    debug: DEBUG,
    level: level
  }
end
