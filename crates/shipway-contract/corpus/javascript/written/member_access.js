"use strict";

const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, GetCommand } = require("@aws-sdk/lib-dynamodb");

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event) => {
  const { Item } = await documents.send(
    new GetCommand({
      TableName: process.env.ORDERS_TABLE,
      Key: { id: event.pathParameters.id },
    }),
  );
  return {
    statusCode: Item ? 200 : 404,
    headers: { "access-control-allow-origin": process.env["ALLOWED_ORIGIN"] },
    body: JSON.stringify(Item ?? {}),
  };
};
