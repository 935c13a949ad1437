package main

import (
	"os"
	"strconv"
)

func workers() (int, error) {
	workers := os.Getenv("WORKERS")
	if workers != "" {
		n, err := strconv.Atoi(workers)
		if err != nil {
			return 0, err
		}
		return n, nil
	}
	return 4, nil
}

func secret() (string, error) {
	secret := os.Getenv("SECRET")
	if secret == "" {
		fetched, err := fetch("/app/secret")
		if err != nil {
			return "", err
		}
		secret = fetched
	}
	return secret, nil
}

func fetch(name string) (string, error) {
	return name, nil
}
