BY_KIND = { table: "TABLE_NAME" }.freeze

def lambda_handler(event:, context:)
  stage = event["stage"]
  {
    table: ENV["#{stage}_TABLE"],
    bucket: ENV["BUCKET_" + stage.upcase],
    topic: ENV.fetch("TOPIC_%s" % stage, "none"),
    kind: ENV[BY_KIND[:table]],
    known: ENV.key?(stage),
    upper: ENV["small".upcase],
    joined: ENV[%w[A B].join("_")],
    fixed: ENV["FIXED"]
  }
end
