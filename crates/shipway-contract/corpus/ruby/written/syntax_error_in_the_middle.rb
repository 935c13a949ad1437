TABLE = ENV["TABLE"]

def first(event)
  ENV["FIRST"] || "1"
end

def broken(event, = 3
  x = = 4)
end

def last(event)
  ENV.fetch("LAST")
end

def lambda_handler(event:, context:)
  [TABLE, first(event), last(event)]
end
