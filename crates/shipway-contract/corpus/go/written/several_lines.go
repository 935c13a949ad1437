package main

import (
	"errors"
	"os"
	"strings"
)

func load() (map[string]string, error) {
	values := map[string]string{
		"brokers": strings.TrimSpace(
			os.Getenv(
				"BROKERS",
			),
		),
		"group": os.
			Getenv("GROUP"),
	}
	value, ok := os.LookupEnv(
		// The topic that orders go to.
		"TOPIC",
	)

	// Nothing works without one.

	if !ok {
		return nil,
			errors.New(
				"TOPIC is not set",
			)
	}
	values["topic"] = value
	return values, nil
}
