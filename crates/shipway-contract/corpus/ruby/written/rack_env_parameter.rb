require "rack"

class Application
  def call(env)
    request = Rack::Request.new(env)
    path = env["PATH_INFO"]
    method = env.fetch("REQUEST_METHOD")
    return [404, {}, []] unless env.key?("rack.input")

    title = ENV["SITE_TITLE"] || "Shop"
    [200, { "x-path" => path, "x-host" => request.host }, [title, method, ENV["FOOTER"]]]
  end
end

def lambda_handler(event:, context:)
  Application.new.call(to_rack(event))
end
