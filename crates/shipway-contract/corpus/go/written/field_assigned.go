package main

import (
	"errors"
	"os"
)

type server struct {
	host, port, name string
	options          map[string]string
}

func (s *server) configure() error {
	s.host = os.Getenv("HOST_NAME")
	if s.host == "" {
		return errors.New("no host")
	}
	s.port = os.Getenv("PORT")
	if s.port == "" {
		s.port = "8080"
	}
	s.name = os.Getenv("SERVICE_NAME")
	s.options["colour"] = os.Getenv("COLOUR")
	return nil
}
