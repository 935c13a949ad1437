class MissingSetting < StandardError; end

def table
  ENV.fetch("TABLE")
rescue KeyError => e
  raise MissingSetting, e.message
end

def bucket
  begin
    ENV.fetch("BUCKET")
  rescue KeyError
    puts "BUCKET is missing"
    raise
  end
end

def queue
  ENV.fetch("QUEUE")
rescue KeyError
  exit 2
end

def limit
  Integer(ENV.fetch("LIMIT"))
rescue ArgumentError
  10
end

def host
  ENV.fetch("PRIMARY_HOST")
rescue KeyError
  ENV.fetch("SECONDARY_HOST")
end
