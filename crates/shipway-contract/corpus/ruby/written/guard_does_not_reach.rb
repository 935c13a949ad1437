def lambda_handler(event:, context:)
  puts "tracing" if ENV["TRACE_URL"]
  url = ENV["TRACE_URL"]

  begin
    stage = ENV.fetch("STAGE")
  rescue KeyError
    stage = nil
  end
  again = ENV.fetch("STAGE")

  if event["debug"]
    puts ENV.fetch("DEBUG_TARGET")
  end
  [url, stage, again]
end
