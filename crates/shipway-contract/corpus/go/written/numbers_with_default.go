package main

import (
	"os"
	"strconv"
	"time"
)

func limit() int {
	limit, err := strconv.Atoi(os.Getenv("LIMIT"))
	if err != nil {
		limit = 25
	}
	return limit
}

func debug() bool {
	debug, _ := strconv.ParseBool(os.Getenv("DEBUG"))
	return debug
}

func patience() time.Duration {
	text, ok := os.LookupEnv("PATIENCE")
	if !ok {
		return time.Minute
	}
	patience, err := time.ParseDuration(text)
	if err != nil {
		return time.Minute
	}
	return patience
}
