PRODUCTION = ENV["STAGE"] == "production"
VERBOSE = ENV["VERBOSE"] != "0"
DEBUG = "true" == ENV["DEBUG"]
QUIET = ENV["QUIET"].eql?("1")
LOCAL = ENV["LOCAL"].nil?
STRICT = !ENV["STRICT"]
CACHED = !!ENV["CACHED"]
TRUTHY = %w[1 true yes].include?(ENV["FEATURE"])
WEST = ENV["GEO"] =~ /west/

def lambda_handler(event:, context:)
  # fetch raises before anything is compared.
  audit = ENV.fetch("AUDIT") == "on"
  until ENV["READY"]
    break
  end
  puts "colors" if not ENV["NO_COLOR"]
  { audit: audit, production: PRODUCTION, verbose: VERBOSE }
end
