module Shop
  class Config
    def table
      ::ENV["TABLE"]
    end

    def stage
      ::ENV.fetch("STAGE", "dev")
    end

    def debug?
      ::ENV.key?("DEBUG")
    end
  end
end

def lambda_handler(event:, context:)
  config = Shop::Config.new
  { table: config.table, stage: config.stage, debug: config.debug? }
end
