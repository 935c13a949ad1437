require "pg"

CONNECTION = PG.connect(
  host: ENV["PGHOST"],
  port: ENV.fetch("PGPORT", 5432),
  dbname: ENV["PGDATABASE"], user: ENV["PGUSER"],
  password: secret(ENV.fetch("PGSECRET"))
)

ROUTES = {
  "orders" => [ENV["ORDERS_URL"], Integer(ENV["ORDERS_PORT"] || "443")],
  ENV["EXTRA_ROUTE"] => ["localhost", 8080]
}.freeze
FIRST, SECOND = ENV["FIRST"], ENV["SECOND"].to_s

def lambda_handler(event:, context:)
  host, port = ROUTES[event["route"]]
  return [host, port, *ENV["LIST"].split(",")]
end
