package main

import (
	"log"
	"os"
)

func describe() {
	log.Println(
		os.Getenv("AWS_REGION"),
		os.Getenv("AWS_LAMBDA_FUNCTION_NAME"),
		os.Getenv("_X_AMZN_TRACE_ID"),
		os.Getenv("AWS_REGION_NAME"),
	)
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		log.Fatal("not in Lambda")
	}
	if handler, ok := os.LookupEnv("_HANDLER"); ok {
		log.Println(handler, os.Getenv("LAMBDA_TASK_ROOT"), os.Getenv("PATH"))
	}
	home := os.Getenv("HOME")
	profile := os.Getenv("AWS_PROFILE")
	if profile == "" {
		profile = os.Getenv("AWS_DEFAULT_REGION")
	}
	const key = "AWS_SECRET_ACCESS_KEY"
	log.Println(home, profile, len(os.Getenv(key)))
}
