package com.example.mail;

import java.util.List;

public class DirectMapCalls {
    public List<String> settings() {
        String bucket = System.getenv().get("MAIL_BUCKET");
        String prefix = System.getenv().getOrDefault("MAIL_PREFIX", "inbox/");
        boolean archive = System.getenv().containsKey("MAIL_ARCHIVE");
        if (System.getenv().get("MAIL_QUARANTINE") != null) {
            prefix = System.getenv().get("MAIL_QUARANTINE");
        }
        return List.of(bucket, prefix, Boolean.toString(archive));
    }

    public String subject() {
        return System.getenv()
                .getOrDefault("MAIL_SUBJECT", "(none)");
    }
}
