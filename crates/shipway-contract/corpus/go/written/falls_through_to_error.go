package main

import (
	"errors"
	"os"
)

func token() (string, error) {
	if token := os.Getenv("API_TOKEN"); token != "" {
		return token, nil
	}
	return "", errors.New("API_TOKEN is not set")
}

func account() string {
	if account := os.Getenv("ACCOUNT"); account != "" {
		return account
	}
	return "default"
}

func password() string {
	if password, ok := os.LookupEnv("PASSWORD"); ok {
		return password
	}
	panic("PASSWORD is not set")
}
