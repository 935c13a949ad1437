package main

import (
	"os"
	"time"
)

var (
	tableName = os.Getenv("TABLE_NAME")
	queueURL  = os.Getenv("QUEUE_URL")
	timeout   = 3 * time.Second
	verbose   = os.Getenv("VERBOSE") == "1"
)

var stage string = os.Getenv("STAGE")

var bucket, prefix = os.Getenv("BUCKET"), os.Getenv("PREFIX")

func address(key string) string {
	return "s3://" + bucket + "/" + prefix + key + "?t=" + timeout.String()
}
