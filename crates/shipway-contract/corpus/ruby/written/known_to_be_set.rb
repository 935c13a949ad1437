ENV["LEDGER_TABLE"] = "ledger-local" unless ENV.key?("LEDGER_TABLE")
LEDGER = ENV.fetch("LEDGER_TABLE")

def queue
  raise "QUEUE_URL is not set" unless ENV.key?("QUEUE_URL")

  ENV.fetch("QUEUE_URL")
end

def mirror
  unless ENV["MIRROR"]
    puts "no mirror"
    return nil
  end
  [ENV["MIRROR"], ENV["MIRROR_KEY"]]
end

def lambda_handler(event:, context:)
  { ledger: LEDGER, queue: queue, mirror: mirror }
end
