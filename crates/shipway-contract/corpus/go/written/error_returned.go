package config

import (
	"errors"
	"fmt"
	"os"
)

var ErrNoBucket = errors.New("BUCKET is not set")

func Table() (string, error) {
	table := os.Getenv("TABLE")
	if table == "" {
		return "", errors.New("TABLE is not set")
	}
	return table, nil
}

func Queue() (string, error) {
	queue := os.Getenv("QUEUE")
	if queue == "" {
		return "", fmt.Errorf("%s is not set", "QUEUE")
	}
	return queue, nil
}

func Bucket() (string, error) {
	bucket := os.Getenv("BUCKET")
	if bucket == "" {
		return "", ErrNoBucket
	}
	return bucket, nil
}

func Topic() (topic string, err error) {
	if topic = os.Getenv("TOPIC"); topic == "" {
		err = fmt.Errorf("TOPIC is not set")
		return "", err
	}
	return topic, nil
}
