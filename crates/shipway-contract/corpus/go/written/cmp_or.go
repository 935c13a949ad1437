package main

import (
	"cmp"
	"os"
)

type config struct {
	Region string
	Table  string
	Host   string
}

func load() config {
	return config{
		Region: cmp.Or(os.Getenv("BUCKET_REGION"), "eu-west-1"),
		Table: cmp.Or(
			os.Getenv("TABLE"),
			os.Getenv("LEGACY_TABLE"),
			"orders",
		),
		Host: os.Getenv("API_HOST"),
	}
}
