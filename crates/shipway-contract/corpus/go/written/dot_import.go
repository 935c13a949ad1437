package main

import (
	"log"
	. "os"
)

var table = Getenv("TABLE")

func stage() string {
	stage, ok := LookupEnv("STAGE")
	if !ok {
		return "dev"
	}
	return stage
}

func main() {
	if Getenv("TOPIC") == "" {
		log.Fatal("no topic")
	}
	Setenv("SEEN", table+stage())
}
