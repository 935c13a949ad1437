package main

import (
	"fmt"
	"os"
)

type settings struct {
	Table string
	Topic string
	Stage string
}

func load() settings {
	var s settings
	s.Table = os.Getenv("TABLE")
	if s.Table == "" {
		panic("TABLE is missing")
	}
	topic, ok := os.LookupEnv("TOPIC")
	if !ok {
		panic(fmt.Sprintf("%s is missing", "TOPIC"))
	}
	s.Topic = topic
	s.Stage = os.Getenv("STAGE")
	if s.Stage == "" {
		s.Stage = "dev"
	}
	return s
}
