package main

import (
	"errors"
	"os"
)

var errMissing = errors.New("missing")

type repository[T any] struct{ table string }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func (r *repository[T]) name() (string, error) {
	if r.table == "" {
		r.table = os.Getenv("TABLE")
	}
	if r.table == "" {
		return "", errMissing
	}
	return r.table, nil
}

func (r *repository[T]) queue() string {
	return must(lookup(), nil) + os.Getenv("QUEUE")
}

func lookup() string {
	value, ok := os.LookupEnv("PREFIX")
	if ok {
		return value
	}
	return ""
}
