require "json"
require "open3"

BASE = ENV.to_h

def child_environment(extra)
  ENV.to_hash.merge("MODE" => "batch").merge(extra)
end

def lambda_handler(event:, context:)
  ENV.each do |key, value|
    puts "#{key}: #{value.length}" if key.start_with?("PUBLIC_")
  end
  secrets = ENV.select { |key, _| key.end_with?("_SECRET") }
  names = ENV.keys.sort
  Open3.capture2(child_environment({}), "./tool")
  Open3.capture2({ **ENV.to_h, "MODE" => "single" }, "./tool")
  JSON.generate(names: names, secrets: secrets.size, copy: ENV.map(&:first), base: BASE.size)
end
