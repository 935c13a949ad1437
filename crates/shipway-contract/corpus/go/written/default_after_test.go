package main

import (
	"log"
	"os"
)

func region() string {
	region := os.Getenv("BUCKET_REGION")
	if region == "" {
		region = "eu-central-1"
	}
	return region
}

func level() string {
	level := os.Getenv("LOG_LEVEL")
	if level == "" {
		log.Println("LOG_LEVEL is not set, taking info")
		return "info"
	}
	return level
}

func endpoint() string {
	if os.Getenv("ENDPOINT") == "" {
		return "https://api.example.com"
	}
	return os.Getenv("ENDPOINT")
}
