package main

import (
	"fmt"
	"log"
	"os"
	"time"
)

type options struct {
	host    string
	user    string
	timeout time.Duration
}

func read(o *options) error {
	if host := os.Getenv("DB_HOST"); host != "" {
		o.host = host
	}
	if user := os.Getenv("DB_USER"); user != "" {
		o.user = user
	} else {
		log.Fatal("DB_USER is not set")
	}
	if text := os.Getenv("DB_TIMEOUT"); text != "" {
		timeout, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("DB_TIMEOUT: %w", err)
		}
		o.timeout = timeout
	}
	if name, ok := os.LookupEnv("DB_NAME"); !ok {
		return fmt.Errorf("DB_NAME is not set")
	} else {
		o.host += "/" + name
	}
	return nil
}
