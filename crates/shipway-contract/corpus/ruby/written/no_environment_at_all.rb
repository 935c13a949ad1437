class Environment
  def initialize(variables)
    @variables = variables
  end

  def [](name)
    @variables[name]
  end

  def fetch(name, default = nil)
    @variables.fetch(name, default)
  end
end

def lambda_handler(event:, context:)
  environment = Environment.new({ "TABLE" => "t" })
  env = environment
  table = env["TABLE"]
  bucket = env.fetch("BUCKET", "files")
  settings = { "STAGE" => "dev" }
  puts settings["STAGE"] if settings.key?("STAGE")
  { table: table, bucket: bucket }
end
