package main

import (
	"context"
	"os"
	"sync"

	"github.com/aws/aws-lambda-go/lambda"
)

var table = sync.OnceValue(func() string {
	return os.Getenv("TABLE")
})

var once sync.Once

func main() {
	var topic string
	once.Do(func() { topic = os.Getenv("TOPIC") })
	lambda.Start(func(ctx context.Context) (string, error) {
		go func(bucket string) {
			println(bucket)
		}(os.Getenv("BUCKET"))
		defer func() {
			if os.Getenv("FLUSH") != "" {
				println("flushed", topic)
			}
		}()
		return table(), nil
	})
}
