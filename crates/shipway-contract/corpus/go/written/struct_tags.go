package main

import (
	"log"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/kelseyhightower/envconfig"
)

type settings struct {
	Table   string        `env:"TABLE,required"`
	Timeout time.Duration `env:"TIMEOUT" envDefault:"3s"`
	Topic   string        `envconfig:"TOPIC" required:"true"`
}

func load() settings {
	var s settings
	if err := env.Parse(&s); err != nil {
		log.Fatal(err)
	}
	if err := envconfig.Process("orders", &s); err != nil {
		log.Fatal(err)
	}
	return s
}
