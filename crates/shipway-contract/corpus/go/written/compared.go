package main

import (
	"os"
	"strings"
)

func production() bool {
	return os.Getenv("STAGE") == "production"
}

func chatty() bool {
	on := os.Getenv("CHATTY")
	return on != "" && on != "0"
}

func long() bool {
	return len(os.Getenv("DESCRIPTION")) > 0
}

func traced() bool {
	return strings.EqualFold(os.Getenv("TRACED"), "yes")
}

func local() bool {
	return os.Getenv("AWS_SAM_LOCAL") == "true" || os.Getenv("LOCALSTACK_HOSTNAME") != ""
}

func waiting() {
	for os.Getenv("READY") == "" {
		break
	}
}
