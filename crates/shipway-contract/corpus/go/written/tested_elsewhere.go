package main

import (
	"log"
	"os"
)

var (
	table = os.Getenv("TABLE")
	topic = os.Getenv("TOPIC")
)

func init() {
	if table == "" {
		log.Fatal("TABLE is not set")
	}
}

func unrelated(topic string) string {
	if topic == "" {
		return "nothing"
	}
	return topic
}

func send() string {
	stage := os.Getenv("STAGE")
	return unrelated(stage) + topic
}

func other(stage string) bool {
	return stage == ""
}
