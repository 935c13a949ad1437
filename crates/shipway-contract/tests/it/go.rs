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

#[test]
fn what_is_behind_a_test_counts_no_more() {
    check(
        Go,
        r#"
package main
func load() (int, error) {
	if a := os.Getenv("A"); a != "" { ~~ A?
		n, err := strconv.Atoi(a)
		if err != nil {
			return 0, err
		}
		use(n)
	}
	if a := os.Getenv("B"); a != "" { ~~ B?
		use(a)
	}
	c := os.Getenv("C") ~~ C?
	if c == "" {
		return 3, nil
	}
	if parse(c) == "" {
		return 0, errors.New("C")
	}
	d := os.Getenv("D") ~~ D?
	switch {
	case len(d) == 0:
		use(1)
	default:
		if _, err := strconv.Atoi(d); err != nil {
			return 0, err
		}
	}
	e, err := parseE(os.Getenv("E")) ~~ E?
	if err != nil {
		e = 3
	}
	f, err := parseF(os.Getenv("F")) ~~ F!
	if err != nil {
		return 0, err
	}
	if _, ok := os.LookupEnv("G"); ok { ~~ G?
		use(os.Getenv("G")) ~~ G?
	}
	return e + f, nil
}
"#,
    );
}

#[test]
fn fields_of_records_are_followed() {
    check(
        Go,
        r#"
package main
func load() (*config, error) {
	c := &config{
		A: os.Getenv("A"), ~~ A!
		B: os.Getenv("B"), ~~ B?
		C: os.Getenv("C"), ~~ C!
		Inner: inner{D: os.Getenv("D")}, ~~ D!
		E: cmp.Or(os.Getenv("E"), os.Getenv("F"), "x"), ~~ E? F?
	}
	if c.A == "" || c.Inner.D == "" {
		return nil, errors.New("A, D")
	}
	if c.B == "" {
		c.B = "x"
	}
	if other.C == "" {
		use(1)
	}
	return c, nil
}
"#,
    );
}

#[test]
fn a_package_is_known_by_its_path() {
    check(Go, "package main\nimport \"example.com/os\"\nvar a = os.Getenv(\"A\")\n");
}
