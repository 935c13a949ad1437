package main

import "os"

var getenv = os.Getenv

type loader struct {
	lookup func(string) (string, bool)
}

func load() []string {
	env := os.Getenv
	l := loader{lookup: os.LookupEnv}
	value, _ := l.lookup("COLOUR")
	return []string{
		getenv("TABLE"),
		env("TOPIC"),
		value,
		expand("$HOME/orders", os.Getenv),
	}
}

func expand(text string, get func(string) string) string {
	return os.Expand(text, get)
}

func injected(getenv func(string) string) string {
	return getenv("BUCKET")
}
