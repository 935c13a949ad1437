const AWS = require("aws-sdk");
const { createPool } = require("./pool");

const pool = createPool({
  host: process.env.DB_HOST,
  port: Number(process.env.DB_PORT),
  user: String(process.env.DB_USER),
  ssl: JSON.parse(process.env.DB_SSL),
  max: parseInt(process.env.DB_MAX, 10),
});

function query(text, database = process.env.DB_NAME) {
  return pool.query(database, text);
}

exports.handler = async (event) => {
  const s3 = new AWS.S3({ endpoint: process.env.S3_ENDPOINT });
  console.log("schema", process.env.DB_SCHEMA);
  const rows = await query(`select * from ${process.env.DB_SCHEMA}.orders`);
  await s3.putObject({ Bucket: process.env["EXPORT_BUCKET"], Key: event.key, Body: rows }).promise();
  return [process.env.EXPORT_FORMAT, rows.length];
};
