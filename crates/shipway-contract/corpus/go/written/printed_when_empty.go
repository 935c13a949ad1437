package main

import (
	"fmt"
	"log"
	"os"
)

func setUp() (string, string) {
	sentry := os.Getenv("SENTRY_DSN")
	if sentry == "" {
		log.Println("SENTRY_DSN is not set: errors are not reported")
	}

	webhook := os.Getenv("SLACK_WEBHOOK")
	if webhook == "" {
		fmt.Fprintln(os.Stderr, "no SLACK_WEBHOOK")
	} else {
		log.Printf("telling %s", webhook)
	}
	return sentry, webhook
}
