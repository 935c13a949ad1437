package main

import (
	"fmt"
	"os"
)

// größe is what the client calls the size: ¼, ½ or 全部.
func größe() string {
	überschrift := "Bestellungen – 注文"; tabelle := os.Getenv("TABLE")
	fmt.Println("🛒 " + os.Getenv("TOPIC") + überschrift)
	名前 := os.Getenv("NAME")
	if 名前 == "" {
		名前 = "誰か"
	}
	return tabelle + 名前
}
