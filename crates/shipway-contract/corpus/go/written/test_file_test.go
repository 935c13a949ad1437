package main

import (
	"os"
	"testing"
)

func TestPut(t *testing.T) {
	t.Setenv("TABLE", "orders")
	endpoint := os.Getenv("DYNAMODB_ENDPOINT")
	if endpoint == "" {
		t.Skip("no DYNAMODB_ENDPOINT")
	}
	os.Setenv("TOPIC", "orders")
	defer os.Unsetenv("TOPIC")
	if err := put(endpoint); err != nil {
		t.Fatal(err)
	}
}

func put(endpoint string) error { return nil }
