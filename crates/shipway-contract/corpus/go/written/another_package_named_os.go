package main

import (
	"context"

	"example.com/orders/internal/syscall"
	os "example.com/orders/internal/virtual"
)

func load(ctx context.Context) string {
	table := os.Getenv("TABLE")
	if topic, ok := os.LookupEnv("TOPIC"); ok {
		return topic
	}
	bucket, _ := syscall.Getenv("BUCKET")
	return table + bucket
}
