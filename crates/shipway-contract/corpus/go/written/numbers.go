package main

import (
	"fmt"
	"os"
	"strconv"
)

func limit() (int, error) {
	limit, err := strconv.Atoi(os.Getenv("LIMIT"))
	if err != nil {
		return 0, fmt.Errorf("LIMIT: %w", err)
	}
	return limit, nil
}

func pages() (int, error) {
	text := os.Getenv("PAGES")
	if text == "" {
		return 10, nil
	}
	return strconv.Atoi(text)
}

func size() int64 {
	size, err := strconv.ParseInt(os.Getenv("SIZE"), 10, 64)
	if err != nil {
		panic(err)
	}
	return size
}

func ratio() (float64, error) {
	return strconv.ParseFloat(os.Getenv("RATIO"), 64)
}
