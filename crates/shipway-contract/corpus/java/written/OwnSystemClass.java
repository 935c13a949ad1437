package com.example.tools;

public class OwnSystemClass {
    public String stage() {
        return System.getenv("OWN_SYSTEM_STAGE") + Platform.System.getenv("OWN_SYSTEM_LEVEL");
    }

    /** Hides java.lang.System in this file. */
    static final class System {
        static String getenv(String name) {
            return name.toLowerCase();
        }
    }
}
