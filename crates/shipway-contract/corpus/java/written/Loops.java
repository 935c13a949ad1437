package com.example.db;

public class Loops {
    public void poll() throws InterruptedException {
        while (System.getenv("POLL_STOP") == null) {
            for (String queue : System.getenv("POLL_QUEUES").split(",")) {
                System.out.println(System.getenv("POLL_SOURCE") + queue);
            }
            Thread.sleep(Long.parseLong(System.getenv("POLL_PAUSE")));
        }
    }

    public String[] stages() {
        String[] stages = new String[2];
        for (int i = 0; i < stages.length; i++) {
            stages[i] = System.getenv("STAGE_" + i);
        }
        synchronized (this) {
            stages[0] = System.getenv("STAGE_FIRST");
        }
        return stages;
    }
}
