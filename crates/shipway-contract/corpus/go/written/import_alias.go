package main

import (
	"fmt"
	stdos "os"
)

func load() (string, error) {
	table := stdos.Getenv("TABLE")
	if debug, ok := stdos.LookupEnv("DEBUG"); ok {
		fmt.Fprintln(stdos.Stderr, debug)
	}
	topic := stdos.Getenv("TOPIC")
	if topic == "" {
		return "", fmt.Errorf("no topic")
	}
	return table + topic, nil
}
