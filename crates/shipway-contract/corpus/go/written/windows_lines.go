package main

import (
	"log"
	"os"
)

func main() {
	table := os.Getenv("TABLE")
	if table == "" {
		log.Fatal("TABLE is not set")
	}
	topic := os.Getenv("TOPIC")
	if topic == "" {
		topic = `two
lines`
	}
	log.Println(table, topic, os.Getenv("STAGE"))
}
