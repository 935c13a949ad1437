package main

import (
	"errors"
	"os"
)

func proxy() string {
	if os.Getenv("PROXY_HOST") != "" {
		return "http://" + os.Getenv("PROXY_HOST")
	}
	return ""
}

func user() string {
	if _, ok := os.LookupEnv("PROXY_USER"); ok {
		return os.Getenv("PROXY_USER") + ":" + os.Getenv("PROXY_PASSWORD")
	}
	return ""
}

func key() (string, error) {
	if os.Getenv("KEY") == "" {
		return "", errors.New("KEY is not set")
	}
	return os.Getenv("KEY"), nil
}
