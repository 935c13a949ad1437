//! Go's ways to ask the environment.

use shipway_contract::Language::Go;

use crate::snippet::check;

#[test]
fn forms_and_names() {
    check(
        Go,
        r#"
package main
import (
	goos "os"
	"syscall"
)
import "os"
const prefix = "APP_"
const table = prefix + "TABLE"
var changed = "A"
var fromFile = os.Getenv("A") ~~ A!
var ask = os.Getenv
func main() {
	b := goos.Getenv("B") ~~ B!
	use(b, os.Getenv(table)) ~~ APP_TABLE!
	c, ok := os.LookupEnv("C") ~~ C?
	use(c, ok)
	d, found := syscall.Getenv("D") ~~ D?
	use(d, found)
	e := ask("E") ~~ E!
	use(e, os.Getenv(`F`)) ~~ F!
	changed = "B"
	use(os.Getenv(changed)) ~~ *
	os.Setenv("G", "x")
	os.Unsetenv("H")
	use(os.Environ(), settings.Getenv("I"))
	// os.Getenv("J")
}
func get(name string) string {
	return os.Getenv(name) ~~ *
}
func shadowed(os thing) { os.Getenv("K") }
"#,
    );
}

#[test]
fn tested() {
    check(
        Go,
        r#"
package main
import "os"
func main() {
	a := os.Getenv("A") ~~ A!
	if a == "" {
		log.Fatal("A")
	}
	b := os.Getenv("B") ~~ B?
	if b == "" {
		b = "x"
	}
	if c := os.Getenv("C"); c != "" { ~~ C?
		use(c)
	}
	if d, ok := os.LookupEnv("D"); !ok { ~~ D!
		panic("D")
	} else {
		use(d)
	}
	e := strings.TrimSpace(os.Getenv("E")) ~~ E!
	if len(e) == 0 {
		os.Exit(1)
	}
	if os.Getenv("F") == "true" { ~~ F?
		use(os.Getenv("F")) ~~ F?
	}
	switch os.Getenv("G") { ~~ G?
	case "x":
	default:
	}
	switch os.Getenv("H") { ~~ H!
	case "x":
	default:
		panic("H")
	}
	switch {
	case os.Getenv("I") == "": ~~ I!
		panic("I")
	}
	if os.Getenv("J") == "" || os.Getenv("K") == "" { ~~ J! K!
		log.Fatalf("JK")
	}
}
func load() (string, error) {
	l := os.Getenv("L") ~~ L!
	if l == "" {
		return "", errors.New("L")
	}
	m, ok := os.LookupEnv("M") ~~ M!
	if !ok {
		return "", ErrMissing
	}
	n, ok := os.LookupEnv("N") ~~ N?
	if !ok {
		return "default", nil
	}
	o := cmp.Or(os.Getenv("O"), "x") ~~ O?
	use(l + m + n + o)
	p, err := strconv.Atoi(os.Getenv("P")) ~~ P!
	if err != nil {
		return "", err
	}
	q := 3
	if parsed, err := strconv.Atoi(os.Getenv("Q")); err == nil { ~~ Q?
		q = parsed
	}
	t, _ := strconv.ParseBool(os.Getenv("T")) ~~ T?
	if u := os.Getenv("U"); u != "" { ~~ U!
		return u, nil
	}
	return "", errors.New("U")
}
func more() {
	r, err := http.Get(os.Getenv("R")) ~~ R!
	if err != nil {
		r = nil
	}
	if strings.HasPrefix(os.Getenv("S"), "x") { ~~ S?
		q = 4
	}
}
"#,
    );
}
