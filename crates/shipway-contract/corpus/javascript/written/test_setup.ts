// What a test does to the environment.
import { beforeEach, afterEach, expect, it, vi } from "vitest";

const saved = process.env;

beforeEach(() => {
  process.env = { ...saved, TABLE_NAME: "test-orders" };
  vi.stubEnv("TOPIC_ARN", "arn:test");
});

afterEach(() => {
  process.env = saved;
});

it("puts orders into the table", async () => {
  const { handler } = await import("./handler");
  process.env.FAIL_NEXT = "1";
  await handler({ id: "1" });
  expect(process.env.LAST_ORDER).toBe("1");
});
