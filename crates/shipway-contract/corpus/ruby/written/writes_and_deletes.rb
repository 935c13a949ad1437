ENV["HOME"] = "/tmp"
ENV["SSL_CERT_DIR"] = ENV["CERTIFICATES"]
ENV.store("MAGICK_HOME", "/opt")
ENV.update("FONTCONFIG_PATH" => "/opt/etc/fonts")
ENV.merge!({ "LC_ALL" => "C" })

def lambda_handler(event:, context:)
  ENV["REQUEST_ID"] = context.aws_request_id
  ENV.delete("TEMPORARY")
  system("/opt/bin/convert", event["path"])
ensure
  ENV["REQUEST_ID"] = nil
  ENV.delete "HOME"
end
