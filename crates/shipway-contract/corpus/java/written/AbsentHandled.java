package com.example.report;

import java.util.logging.Logger;

public class AbsentHandled {
    private static final Logger LOG = Logger.getLogger(AbsentHandled.class.getName());

    public String endpoint() {
        String endpoint = System.getenv("HANDLED_ENDPOINT");
        if (endpoint == null) {
            LOG.warning("HANDLED_ENDPOINT is not set");
            endpoint = "https://reports.example.com";
        }
        return endpoint;
    }

    public String webhook() {
        String webhook = System.getenv("HANDLED_WEBHOOK");
        if (webhook == null) {
            LOG.severe("nobody will be told");
            return null;
        }
        return webhook.strip();
    }

    public void run() {
        if (System.getenv("HANDLED_TASK") == null) {
            System.exit(0);
        }
        LOG.info(System.getenv("HANDLED_TASK"));
    }
}
