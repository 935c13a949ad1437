package com.example.format;

/** Größen, Straßen, 注文: nothing here may move the lines. */
public class Umlaute {
    private final String größe = System.getenv("UMLAUT_SIZE");
    private final String straße = "Straße № 5 👋🏽: " + System.getenv("UMLAUT_STREET");
    private final String währung = System.getenv().getOrDefault("WÄHRUNG", "€");

    public String grüße() {
        String gruß = System.getenv("UMLAUT_GREETING");
        return gruß == null ? "Grüß Gott" : gruß + größe + straße + währung;
    }
}
