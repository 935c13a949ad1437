class Cache
  def self.configured?
    ENV.key?("CACHE_HOST")
  end

  # Nothing is tested in here.
  def self.host
    ENV.fetch("CACHE_HOST")
  end

  def port
    check
    ENV["CACHE_PORT"]
  end

  private

  def check
    puts "no port" unless ENV["CACHE_PORT"]
  end
end

def lambda_handler(event:, context:)
  { cache: Cache.configured? ? Cache.host : nil, port: Cache.new.port }
end
