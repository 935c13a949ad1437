package main

import (
	"errors"
	"syscall"
)

func load() (string, error) {
	table, ok := syscall.Getenv("TABLE")
	if !ok {
		return "", errors.New("TABLE is not set")
	}
	topic, found := syscall.Getenv("TOPIC")
	if !found {
		topic = "orders"
	}
	if err := syscall.Setenv("SEEN", "1"); err != nil {
		return "", err
	}
	return table + topic, nil
}
