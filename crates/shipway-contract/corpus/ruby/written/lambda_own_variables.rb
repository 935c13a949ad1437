REGION = ENV["AWS_REGION"]
NAME = ENV.fetch("AWS_LAMBDA_FUNCTION_NAME")
TASK_ROOT = ENV["LAMBDA_TASK_ROOT"]
IN_LAMBDA = ENV.key?("AWS_EXECUTION_ENV")
TRACE = ENV["_X_AMZN_TRACE_ID"]
REGION_KEY = "AWS_DEFAULT_REGION"

def lambda_handler(event:, context:)
  ENV["PATH"] = "/opt/bin:#{ENV['PATH']}"
  {
    region: ENV[REGION_KEY],
    gems: ENV["GEM_PATH"],
    home: ENV["GEM_HOME"],
    key: ENV["AWS_ACCESS_KEY_ID"],
    profile: ENV.fetch("AWS_PROFILE", nil),
    account: ENV["AWS_ACCOUNT_ID"],
    stage: ENV["LAMBDA_STAGE"]
  }
end
