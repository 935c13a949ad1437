module Fake
  ENV = { "A" => "1" }.freeze

  def self.a
    ENV["A"]
  end
end

MY_ENV = { "C" => "3" }.freeze

class Request
  attr_reader :env

  def initialize(env)
    @env = env
  end

  def host
    env["HTTP_HOST"] || @env["SERVER_NAME"]
  end
end

def lambda_handler(event:, context:)
  environment = { "B" => "2" }
  env = environment
  [Fake::ENV["A"], Fake.a, env["B"], env.fetch("B"), MY_ENV["C"], event["ENV"]]
end
