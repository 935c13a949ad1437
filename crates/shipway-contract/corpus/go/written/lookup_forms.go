package main

import (
	"errors"
	"os"
)

func forms() (map[string]string, error) {
	values := map[string]string{}

	if value, ok := os.LookupEnv("NICKNAME"); ok {
		values["nickname"] = value
	}
	if _, ok := os.LookupEnv("DRY_RUN"); ok {
		values["mode"] = "dry"
	}
	suffix, _ := os.LookupEnv("SUFFIX")
	values["suffix"] = suffix

	colour, ok := os.LookupEnv("COLOUR")
	if !ok {
		colour = "green"
	}
	values["colour"] = colour

	account, ok := os.LookupEnv("ACCOUNT")
	if !ok || account == "" {
		return nil, errors.New("ACCOUNT is not set")
	}
	values["account"] = account
	return values, nil
}
