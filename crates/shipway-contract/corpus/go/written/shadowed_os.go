package main

import (
	"os"
)

type fake map[string]string

func (f fake) Getenv(name string) string { return f[name] }

func real() string {
	return os.Getenv("TABLE")
}

func parameter(os fake) string {
	return os.Getenv("TOPIC")
}

func variable() string {
	bucket := os.Getenv("BUCKET")
	{
		os := fake{}
		bucket += os.Getenv("PREFIX")
	}
	return bucket + os.Getenv("SUFFIX")
}
