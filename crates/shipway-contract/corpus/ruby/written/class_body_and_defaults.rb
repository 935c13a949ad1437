class Store
  TABLE = ENV.fetch("STORE_TABLE")

  attr_reader :bucket, :key

  def initialize(bucket: ENV.fetch("STORE_BUCKET"), ttl: ENV.fetch("STORE_TTL", "300"), mode: ENV["STORE_MODE"])
    @bucket = bucket
    @ttl = ttl.to_i
    @mode = mode
    @key = ENV["STORE_KEY"]
    raise ArgumentError, "STORE_KEY is needed" unless @key

    @label = ENV["STORE_LABEL"]
    @label = "store" if @label.nil?
  end

  def prefix = ENV["STORE_PREFIX"]

  class << self
    def default
      @default ||= new(bucket: ENV["STORE_DEFAULT"])
    end
  end
end
