def mirror?
  ENV.key?("MIRROR_BUCKET")
end

def verbose?
  ENV.has_key?("VERBOSE") || ENV.include?("TRACE") || ENV.member?("CHATTY")
end

def lambda_handler(event:, context:)
  raise "no TABLE" unless ENV.key?("TABLE")

  abort "no QUEUE" if !ENV.key?("QUEUE")
  unless ENV.key?("OWNER")
    puts "nobody owns this"
  end
  if ENV.include? "DRY_RUN"
    puts "dry run"
  end
  { mirror: mirror?, verbose: verbose? }
end
