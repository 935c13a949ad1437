package main

import (
	"os"
	"strings"
)

var brokers = strings.Split(os.Getenv("BROKERS"), ",")

func stage() string {
	if stage, ok := os.LookupEnv("STAGE"); ok {
		return stage
	}
	return "dev"
}

func main() {
	lambda.Start(func(
