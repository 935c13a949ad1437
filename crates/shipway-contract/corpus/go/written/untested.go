package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

type order struct {
	ID string `json:"id"`
}

func handle(ctx context.Context, o order) error {
	table := os.Getenv("ORDERS_TABLE")
	return put(ctx, table, o)
}

func put(ctx context.Context, table string, o order) error {
	return publish(ctx, os.Getenv("ORDERS_TOPIC_ARN"), table+"/"+o.ID)
}

func publish(ctx context.Context, topic, message string) error {
	return nil
}

func main() {
	lambda.Start(handle)
}
