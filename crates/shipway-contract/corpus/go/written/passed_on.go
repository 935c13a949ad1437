package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

func post(body string) (*http.Response, error) {
	url := fmt.Sprintf("https://%s/%s", os.Getenv("API_HOST"), os.Getenv("API_PATH"))
	request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("API_TOKEN"))
	for _, tag := range strings.Split(os.Getenv("API_TAGS"), ",") {
		request.Header.Add("X-Tag", tag)
	}
	return http.DefaultClient.Do(request)
}

func origins() []string {
	return []string{os.Getenv("ORIGIN")}
}

func greeting() string {
	return os.Getenv("GREETING")
}
