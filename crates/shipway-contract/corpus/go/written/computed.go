package main

import (
	"os"
	"strings"
)

type source struct{ key string }

func (s source) value() string {
	return os.Getenv(s.key)
}

func first(keys ...string) string {
	for i := range keys {
		if value := os.Getenv(keys[i]); value != "" {
			return value
		}
	}
	return ""
}

func shout(name string) (string, bool) {
	return os.LookupEnv(strings.ToUpper(name))
}

var names = map[string]string{"table": "TABLE"}

func indexed() string {
	return os.Getenv(names["table"]) + os.Getenv(names["topic"])
}
