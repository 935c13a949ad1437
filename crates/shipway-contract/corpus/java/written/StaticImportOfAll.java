package com.example.tools;

import static java.lang.System.*;

public class StaticImportOfAll {
    public void run() {
        out.println(getenv("STAR_GREETING"));
        String name = getenv("STAR_NAME");
        if (name == null) {
            err.println("no name");
            return;
        }
        out.println(name + lineSeparator() + getProperty("STAR_PROPERTY"));
    }
}
