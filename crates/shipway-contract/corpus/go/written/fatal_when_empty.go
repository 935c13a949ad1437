package main

import (
	"log"
	"os"
)

var client *store

type store struct{ table, key string }

func init() {
	table := os.Getenv("TABLE_NAME")
	if table == "" {
		log.Fatal("TABLE_NAME must be set")
	}
	key := os.Getenv("KMS_KEY_ID")
	if len(key) == 0 {
		log.Fatalf("%s must be set", "KMS_KEY_ID")
	}
	owner := os.Getenv("OWNER")
	if "" == owner {
		log.Fatalln("no OWNER")
	}
	client = &store{table: table, key: key + owner}
}
