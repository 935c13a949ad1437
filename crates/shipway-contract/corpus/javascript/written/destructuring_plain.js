const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3')

const { BUCKET_NAME, KEY_PREFIX } = process.env

const s3 = new S3Client()

module.exports.handler = async function (event) {
  const key = `${KEY_PREFIX}/${event.id}.json`
  await s3.send(new PutObjectCommand({ Bucket: BUCKET_NAME, Key: key, Body: JSON.stringify(event) }))
  return key
}
