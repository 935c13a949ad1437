package main

import (
	"fmt"
	"os"
)

const prefix = "ORDERS_"

const queueKey = prefix + "QUEUE"

func load(stage string) []string {
	return []string{
		os.Getenv("ORDERS_" + "TABLE"),
		os.Getenv(prefix + "TOPIC"),
		os.Getenv(queueKey),
		os.Getenv(prefix + "BUCKET" + "_NAME"),
		os.Getenv(prefix + stage),
		os.Getenv(fmt.Sprintf("%s_KEY", stage)),
	}
}
