package main

import (
	"fmt"
	"log/slog"
	"os"
)

func main() {
	if os.Getenv("DATABASE_URL") == "" {
		fmt.Fprintln(os.Stderr, "DATABASE_URL is not set")
		os.Exit(1)
	}
	secret, found := os.LookupEnv("SECRET_ARN")
	if !found {
		slog.Error("SECRET_ARN is not set")
		os.Exit(2)
	}
	if os.Getenv("FEED_URL") == "" {
		slog.Info("nothing to feed on")
		os.Exit(0)
	}
	run(os.Getenv("DATABASE_URL"), secret, os.Getenv("FEED_URL"))
}

func run(database, secret, feed string) {}
