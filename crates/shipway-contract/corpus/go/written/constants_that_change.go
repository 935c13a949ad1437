package main

import (
	"os"

	"example.com/orders/keys"
)

var tableKey = "TABLE_NAME"

var topicKey string

func init() {
	if os.Getenv("LEGACY") != "" {
		tableKey = "LEGACY_TABLE_NAME"
	}
	topicKey = "TOPIC_ARN"
}

func load() []string {
	name := "BUCKET"
	bucket := os.Getenv(name)
	name = "PREFIX"
	prefix := os.Getenv(name)
	return []string{
		os.Getenv(tableKey),
		os.Getenv(topicKey),
		os.Getenv(keys.Queue),
		bucket, prefix,
	}
}
