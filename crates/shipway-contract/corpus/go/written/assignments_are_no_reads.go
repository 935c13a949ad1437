package main

import (
	"fmt"
	"os"
	"os/exec"
)

func prepare() error {
	if err := os.Setenv("AWS_STS_REGIONAL_ENDPOINTS", "regional"); err != nil {
		return fmt.Errorf("cannot set AWS_STS_REGIONAL_ENDPOINTS: %w", err)
	}
	if err := os.Unsetenv("HTTP_PROXY"); err != nil {
		return err
	}
	command := exec.Command("convert", "in.png", "out.jpg")
	command.Env = append(command.Environ(), "MAGICK_HOME=/opt", "TMP="+os.Getenv("SCRATCH"))
	os.Clearenv()
	return command.Run()
}
