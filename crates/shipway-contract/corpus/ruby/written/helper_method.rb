class SettingMissing < StandardError; end

# Reads a setting: setting("EXAMPLE") raises when there is none.
def setting(name, default = nil)
  value = ENV[name] || default
  raise SettingMissing, name if value.nil?

  value
end

def flag?(name = "FEATURE_FLAG")
  ENV.fetch(name, "false") == "true"
end

def self.required(*names)
  names.each { |name| raise SettingMissing, name unless ENV.key?(name) }
  names.to_h { |name| [name, ENV.fetch(name)] }
end

TABLE = setting("TABLE_NAME")
BUCKET = setting("BUCKET_NAME", "files")
NEW_UI = flag?("NEW_UI")

def lambda_handler(event:, context:)
  { table: TABLE, bucket: BUCKET, new: NEW_UI }
end
