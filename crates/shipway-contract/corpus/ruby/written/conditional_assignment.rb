ENV["RACK_ENV"] ||= "production"
ENV["BUNDLE_GEMFILE"] ||= File.expand_path("Gemfile", __dir__)

class Settings
  def table
    @table ||= ENV["TABLE"]
  end

  def bucket
    @bucket ||= ENV.fetch("BUCKET")
  end

  def level
    @level ||= ENV["LEVEL"] || "info"
  end
end

def lambda_handler(event:, context:)
  settings = Settings.new
  { table: settings.table, bucket: settings.bucket, level: settings.level }
end
