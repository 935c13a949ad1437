package config

import (
	"fmt"
	"os"
	"strconv"
)

type Config struct {
	Table string
	Topic string
	Limit int
}

func getEnv(key, fallback string) string {
	if value, ok := os.LookupEnv(key); ok {
		return value
	}
	return fallback
}

func mustGetEnv(key string) string {
	value := os.Getenv(key)
	if value == "" {
		panic(fmt.Sprintf("%s is not set", key))
	}
	return value
}

func Load() (Config, error) {
	limit, err := strconv.Atoi(getEnv("LIMIT", "10"))
	if err != nil {
		return Config{}, err
	}
	return Config{
		Table: mustGetEnv("TABLE"),
		Topic: getEnv("TOPIC", "orders"),
		Limit: limit,
	}, nil
}
