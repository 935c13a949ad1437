# Judged where it stands: nothing at the top level tests it.
TABLE_NAME = ENV["TABLE_NAME"]
# The same, but its form asks for nothing.
INDEX_NAME = ENV.fetch("INDEX_NAME", nil)

def table
  raise "TABLE_NAME is not configured" unless TABLE_NAME
  raise "INDEX_NAME is not configured" unless INDEX_NAME

  [TABLE_NAME, INDEX_NAME]
end

def lambda_handler(event:, context:)
  retries = ENV["RETRIES"]
  puts "reading"
  table.each { |name| puts name }
  retries = 3 unless retries
  { retries: retries }
end
