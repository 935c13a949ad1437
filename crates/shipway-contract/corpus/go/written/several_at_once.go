package main

import (
	"errors"
	"log"
	"os"
)

func credentials() (string, string, error) {
	user := os.Getenv("SMTP_USER")
	password := os.Getenv("SMTP_PASSWORD")
	if user == "" || password == "" {
		return "", "", errors.New("SMTP_USER and SMTP_PASSWORD must be set")
	}
	return user, password, nil
}

func addresses() (from string, to string) {
	from, to = os.Getenv("MAIL_FROM"), os.Getenv("MAIL_TO")
	if from == "" {
		from = "noreply@example.com"
	}
	return
}

func target() string {
	host := os.Getenv("HOST_NAME")
	url := os.Getenv("HOST_URL")
	if host == "" && url == "" {
		log.Println("taking the default")
		url = "https://example.com"
	}
	return url + host
}
