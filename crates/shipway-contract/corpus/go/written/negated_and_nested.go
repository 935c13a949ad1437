package main

import (
	"log"
	"os"
)

func features() []string {
	var on []string
	if !(os.Getenv("NO_CACHE") != "") {
		on = append(on, "cache")
	}
	if stage := os.Getenv("STAGE"); stage == "prod" {
		if os.Getenv("PAGER_KEY") == "" {
			log.Fatal("PAGER_KEY must be set in production")
		}
		on = append(on, "pager")
	} else if stage == "test" && os.Getenv("FAKE_PAGER") == "1" {
		on = append(on, "fake pager")
	}
	return on
}
