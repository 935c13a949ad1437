package main

import (
	"fmt"
	"os"
)

// table used to be os.Getenv("OLD_TABLE").
/*
	topic := os.Getenv("OLD_TOPIC")
	if topic == "" {
		log.Fatal("OLD_TOPIC")
	}
*/
const help = `
	Set TABLE, or write
	    os.Getenv("FROM_HELP")
`

func usage() string {
	text := "call os.Getenv(\"QUOTED\") yourself"
	return fmt.Sprint(help, text, os.Getenv( /* not "OTHER" */ "TABLE"))
}

//go:generate sh -c "echo $GENERATED"
