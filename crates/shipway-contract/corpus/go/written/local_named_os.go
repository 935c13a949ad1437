package main

type platform struct{ values map[string]string }

func (p platform) Getenv(name string) string {
	return p.values[name]
}

func (p platform) LookupEnv(name string) (string, bool) {
	value, ok := p.values[name]
	return value, ok
}

func load() string {
	os := platform{values: map[string]string{"TABLE": "orders"}}
	if topic, ok := os.LookupEnv("TOPIC"); ok {
		return topic
	}
	return os.Getenv("TABLE")
}

func pass(os platform) string {
	return os.Getenv("BUCKET")
}
