//! Java's ways to ask the environment.

use shipway_contract::Language::Java;

use crate::snippet::check;

#[test]
fn forms_and_names() {
    check(
        Java,
        r#"
import static java.lang.System.getenv;
class Handler {
    private static final String TABLE = "TABLE_NAME";
    private static String mutable = "X";
    static final String PREFIX = "APP_";
    private final String a = System.getenv("A"); ~~ A!
    static final String B = System.getenv().getOrDefault("B", "x"); ~~ B?
    private final Map<String, String> env = System.getenv();
    void run() {
        use(System.getenv(TABLE)); ~~ TABLE_NAME!
        use(getenv(PREFIX + "C")); ~~ APP_C!
        use(System.getenv().get("D")); ~~ D!
        use(env.get("E")); ~~ E!
        use(env.containsKey("F")); ~~ F?
        use(System.getenv(mutable)); ~~ *
        use(System.getenv(Names.TOPIC)); ~~ TOPIC_ARN!
        use(java.lang.System.getenv("G")); ~~ G!
        use(settings.getenv("H"), System.getProperty("I"));
        use(this.env.get("J")); ~~ J!
        String local = "LOCAL";
        use(System.getenv(local)); ~~ LOCAL!
        new HashMap<>(System.getenv());
        // System.getenv("K")
    }
    String get(String name) { return System.getenv(name); } ~~ *
}
interface Names { String TOPIC = "TOPIC_ARN"; }
"#,
    );
}

#[test]
fn tested() {
    check(
        Java,
        r#"
class Handler {
    private final String s = System.getenv("S"); ~~ S!
    private final String t = System.getenv("T"); ~~ T?
    private final String u = System.getenv("U"); ~~ U!
    void check() {
        if (this.s == null) { throw new IllegalStateException("S"); }
        if (t != null) { use(t); }
        String u = "x";
        if (u == null) { return; }
    }
    Handler() {
        String a = System.getenv("A"); ~~ A!
        if (a == null) { throw new IllegalStateException("A"); }
        String b = System.getenv("B"); ~~ B?
        if (b == null || b.isEmpty()) { b = "x"; }
        String c = System.getenv("C") != null ? System.getenv("C") : "x"; ~~ C? C?
        String d = Objects.requireNonNull(System.getenv("D"), "D"); ~~ D!
        String e = Optional.ofNullable(System.getenv("E")).orElse("x"); ~~ E?
        String f = Optional.ofNullable(System.getenv("F")).orElseThrow(); ~~ F!
        boolean g = Boolean.parseBoolean(System.getenv("G")); ~~ G?
        boolean h = "x".equals(System.getenv("H")); ~~ H?
        if (System.getenv("I").equals("x")) {} ~~ I?
        int j = Integer.parseInt(System.getenv("J")); ~~ J!
        this.k = System.getenv("K"); ~~ K!
        if (this.k == null) throw new IllegalStateException();
        if (StringUtils.isBlank(System.getenv("L"))) { throw new IllegalStateException(); } ~~ L!
        if (System.getenv().containsKey("M")) { use(System.getenv("M")); } ~~ M? M?
        Optional<String> n = Optional.ofNullable(System.getenv("N")); ~~ N?
        if (n.isPresent()) { use(n.get()); }
        String o = Objects.requireNonNullElse(System.getenv("O"), "x"); ~~ O?
        assert System.getenv("P") != null; ~~ P!
        switch (System.getenv("Q")) { case "x": break; default: throw new IllegalStateException(); } ~~ Q!
    }
    String find() {
        if (System.getenv("R") == null) { return null; } ~~ R?
        return System.getenv("R").trim(); ~~ R?
    }
}
"#,
    );
}

#[test]
fn fields_and_texts() {
    check(
        Java,
        r#"
class A {
    private Map<String, String> environment;
    private Map<String, String> other;
    private static final String NAME = """
        BLOCK""";
    A(Map<String, String> given) {
        this.environment = System.getenv();
        other = System.getenv();
        other = given;
    }
    String a() { return environment.get("A"); } ~~ A!
    String b() { return other.get("B"); }
    String c() { return System.getenv(NAME); } ~~ BLOCK!
    String d() { return ObjectUtils.firstNonNull(System.getenv("D1"), System.getenv("D2"), "x"); } ~~ D1? D2?
    String e() {
        String e = System.getenv("E"); ~~ E?
        if (e == null) { return "x"; }
        switch (e) { case "y": return "y"; default: throw new IllegalStateException(); }
    }
}
"#,
    );
}
