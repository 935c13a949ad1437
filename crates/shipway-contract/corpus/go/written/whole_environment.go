package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

func all() map[string]string {
	values := map[string]string{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	return values
}

func run() error {
	command := exec.Command("/opt/bin/resize")
	command.Env = append(os.Environ(), "TABLE=orders")
	return command.Run()
}

func home() string {
	fmt.Println(len(os.Environ()), all()["TOPIC"])
	return os.ExpandEnv("${ROOT}/orders")
}
