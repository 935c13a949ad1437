package main

import (
	"log"
	"os"
)

func table() string {
	switch os.Getenv("STAGE") {
	case "prod", "production":
		return "orders"
	case "test":
		return "orders-test"
	}
	return "orders-dev"
}

func format() string {
	switch format := os.Getenv("LOG_FORMAT"); format {
	case "json", "text":
		return format
	default:
		return "json"
	}
}

func queue() string {
	tier := os.Getenv("TIER")
	switch tier {
	case "gold":
		return "fast"
	case "silver":
		return "slow"
	default:
		log.Fatalf("unknown TIER %q", tier)
	}
	return ""
}

func debug() int {
	switch {
	case os.Getenv("TRACE") != "":
		return 2
	case os.Getenv("DEBUG") != "":
		return 1
	}
	return 0
}
