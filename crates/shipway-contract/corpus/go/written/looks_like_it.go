package main

import (
	"fmt"
	"os"

	"github.com/spf13/viper"
)

type deployment struct {
	os  map[string]string
	env interface{ Getenv(string) string }
}

func Getenv(name string) string { return "value of " + name }

func (d deployment) load() string {
	viper.BindEnv("TABLE")
	fmt.Println(viper.GetString("TABLE"), d.os["TOPIC"])
	value := d.env.Getenv("BUCKET") + Getenv("PREFIX")
	host, _ := os.Hostname()
	return value + host + os.TempDir() + os.Getenv("SUFFIX")
}
