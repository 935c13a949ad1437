package com.example.scope;

/** Each read is judged within its own method. */
public class NestedMethods {
    public String first() {
        return System.getenv("JUDGED_TABLE");
    }

    public String second() {
        String table = System.getenv("JUDGED_TABLE");
        if (table == null) {
            return "orders";
        }
        return table;
    }

    public String third(String table) {
        if (table == null) {
            return System.getenv("JUDGED_FALLBACK");
        }
        return table;
    }

    public String fourth() {
        String table = System.getenv("JUDGED_FOURTH");
        String other = table + first();
        if (other.isEmpty()) {
            return "";
        }
        return other;
    }
}
