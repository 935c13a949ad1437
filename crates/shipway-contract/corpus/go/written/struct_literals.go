package main

import (
	"errors"
	"os"
)

type config struct {
	Table   string
	Queue   string
	Enabled bool
	Retry   retry
}

type retry struct{ Topic string }

func load() (*config, error) {
	c := &config{
		Table:   os.Getenv("TABLE"),
		Queue:   os.Getenv("QUEUE"),
		Enabled: os.Getenv("ENABLED") != "false",
		Retry: retry{
			Topic: os.Getenv("RETRY_TOPIC"),
		},
	}
	if c.Table == "" {
		return nil, errors.New("TABLE is not set")
	}
	if c.Queue == "" {
		c.Queue = "orders"
	}
	return c, nil
}
