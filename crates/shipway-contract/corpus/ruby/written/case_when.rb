LEVEL = case ENV["LOG_LEVEL"]
        when "debug" then 0
        when "info", nil then 1
        else 2
        end

def store(event)
  case event["kind"]
  when "s3"
    ENV.fetch("S3_BUCKET")
  when ENV["LOCAL_KIND"]
    "/tmp"
  when /ddb/
    ENV["DDB_TABLE"]
  end
end

def lambda_handler(event:, context:)
  stage = ENV["STAGE"]
  label = case stage
          in "prod" | "staging" then stage
          in nil then "none"
          else "other"
          end
  { level: LEVEL, store: store(event), label: label }
end
