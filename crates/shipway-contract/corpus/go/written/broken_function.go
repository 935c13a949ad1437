package main

import (
	"log"
	"os"
)

func before() string {
	table := os.Getenv("TABLE")
	if table == "" {
		log.Fatal("TABLE is not set")
	}
	return table
}

func broken() {
	value := := 3
	if {
}

func after() string {
	stage := os.Getenv("STAGE")
	if stage == "" {
		stage = "dev"
	}
	return stage
}
