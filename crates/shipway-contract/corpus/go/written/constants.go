package main

import "os"

const tableKey = "TABLE_NAME"

const topicKey string = "TOPIC_ARN"

const (
	bucketKey        = "BUCKET"
	prefixKey string = `PREFIX`
	limit            = 3
	stageKey         = "STAGE"
)

var secretKey = "SECRET_ID"

func load() map[string]string {
	const ownerKey = "OWNER"
	stage := os.Getenv(stageKey)
	if stage == "" {
		stage = "dev"
	}
	return map[string]string{
		"table":  os.Getenv(tableKey),
		"topic":  os.Getenv(topicKey),
		"bucket": os.Getenv(bucketKey),
		"prefix": os.Getenv(prefixKey),
		"secret": os.Getenv(secretKey),
		"owner":  os.Getenv(ownerKey),
		"stage":  stage,
	}
}
