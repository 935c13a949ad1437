package main

import (
	"context"
	"encoding/json"
	"log"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

type event struct {
	Environment map[string]string `json:"environment"`
	Env         string            `json:"env"`
}

func handle(ctx context.Context, payload json.RawMessage) (string, error) {
	var e event
	if err := json.Unmarshal(payload, &e); err != nil {
		return "", err
	}
	if e.Environment["TABLE"] == "" {
		log.Fatal("TABLE is not in the event")
	}
	return strings.ToUpper(e.Env), nil
}

func main() {
	lambda.Start(handle)
}
