# frozen_string_literal: true

require "json"
require "aws-sdk-dynamodb"

TABLE = ENV["ORDERS_TABLE"]
TOPIC_ARN = ENV['ORDERS_TOPIC_ARN']

def lambda_handler(event:, context:)
  order = JSON.parse(event["body"])
  client = Aws::DynamoDB::Client.new
  client.put_item(table_name: TABLE, item: order)
  publish(TOPIC_ARN, order, subject: ENV["SUBJECT"])
  { statusCode: 201, body: JSON.generate(id: order["id"]) }
end
