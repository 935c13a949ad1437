def certificate
  if ENV["CERT_PATH"]
    File.read(ENV["CERT_PATH"])
  elsif ENV.key?("CERT_BODY")
    ENV.fetch("CERT_BODY") + ENV.fetch("CERT_TAIL")
  else
    ENV.fetch("CERT_DEFAULT")
  end
end

def lambda_handler(event:, context:)
  use(ENV["PROXY"]) if ENV["PROXY"]
  port = ENV["PORT"] ? ENV["PORT"].to_sym : :default
  if ENV["A_TABLE"]
    puts ENV["B_TABLE"]
  end
  ready = ENV["TOKEN"] && ENV["TOKEN"].start_with?("ey")
  { cert: certificate, port: port, ready: ready }
end
