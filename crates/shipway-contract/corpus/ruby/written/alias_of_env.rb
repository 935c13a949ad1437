env = ENV
BASE = env["BASE"]
STAGE = env.fetch("STAGE", "dev")

SETTINGS = ENV

def lambda_handler(event:, context:)
  e = ENV
  table = e.fetch("TABLE")
  bucket = SETTINGS["BUCKET"]
  owner = SETTINGS["OWNER"] || "nobody"
  { table: table, bucket: bucket, owner: owner, debug: e.key?("DEBUG"), base: BASE, stage: STAGE }
end
