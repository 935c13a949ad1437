package main

import "os"

const name = "TABLE_NAME"

func table() string {
	return os.Getenv(name)
}

func value(name string) string {
	return os.Getenv(name)
}

func topic() string {
	name := "TOPIC_ARN"
	return os.Getenv(name)
}

func all(names []string) map[string]string {
	values := map[string]string{}
	for _, name := range names {
		values[name] = os.Getenv(name)
	}
	return values
}
