require "active_support/core_ext/object/blank"

def lambda_handler(event:, context:)
  return { skipped: true } if ENV["TARGET_URL"].blank?

  raise "no SIGNATURE" if ENV["SIGNATURE"].blank?
  raise "no CERTIFICATE" unless ENV["CERTIFICATE"].present?

  title = ENV["TITLE"].presence || "untitled"
  tagged = ENV["TAG"].present?
  empty = ENV["NOTE"].empty?
  if (callback = ENV["CALLBACK_URL"])
    puts callback
  end
  { title: title, tagged: tagged, empty: empty, target: ENV["TARGET_URL"] }
end
