package main

import "os"

var table = os.Getenv("TABLE")

func stage() string {
	if stage := os.Getenv("STAGE"); stage != "" {
		return stage
	}
	return "dev"
}
