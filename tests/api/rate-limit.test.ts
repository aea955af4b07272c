import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createRequestQuota } from "../../src/api/http/request-quota.ts";
import { startServer } from "./start-server.ts";

function manualClock() {
  let now = 0;
  const pass = (ms: number) => {
    now += ms;
  };
  return { monotonic: () => now, pass };
}

describe("over HTTP", () => {
  const settings = { rateLimit: { count: 3, periodMs: 3_600_000 }, trustedProxies: ["127.0.0.1"] };
  const from = (address: string) => ({ headers: { "x-forwarded-for": address } });

  test("a caller beyond its limit is told when to come back, and others go on", async () => {
    await using server = await startServer({ working: false, settings });
    const url = `${server.url}/api/v1/jobs`;
    for (const left of [2, 1, 0]) {
      const { status, headers } = await fetch(url, from("192.0.2.1"));
      expect(status).toBe(200);
      expect(headers.get("ratelimit-policy")).toBe('"default";q=3;w=3600');
      expect(headers.get("ratelimit")).toMatch(new RegExp(`^"default";r=${left};t=\\d+$`));
    }
    const refused = await fetch(url, from("192.0.2.1"));
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, "TOO_MANY_REQUESTS"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("ratelimit")).toStartWith('"default";r=0;t=');
    expect((await fetch(url, from("192.0.2.2"))).status).toBe(200);
    // Probes are not counted.
    expect((await fetch(`${server.url}/health`, from("192.0.2.1"))).status).toBe(200);
    // A caller can't get another count with another path or another address of the same network.
    expect((await fetch(`${server.url}/nothing`, from("192.0.2.1"))).status).toBe(429);
    for (let at = 1; at <= 3; at++) expect((await fetch(url, from(`2001:db8::${at}`))).status).toBe(200);
    expect((await fetch(url, from("2001:db8::ffff:1"))).status).toBe(429);
  });

  test("there is no limit, and no header, unless one is configured", async () => {
    await using server = await startServer({ working: false });
    const { headers } = await fetch(`${server.url}/api/v1/jobs`);
    expect([headers.get("ratelimit"), headers.get("ratelimit-policy")]).toEqual([null, null]);
  });
});

test("a caller never gets more than its count within a period", () => {
  const step = fc.record({ ms: fc.integer({ min: 0, max: 400 }), caller: fc.constantFrom("a", "b") });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const clock = manualClock();
      const quota = createRequestQuota({ count: 5, periodMs: 1_000 }, clock);
      const begins: Record<string, { at: number; used: number }> = {};
      for (const { ms, caller } of steps) {
        clock.pass(ms);
        const now = clock.monotonic();
        let period = begins[caller];
        if (period === undefined || now >= period.at + 1_000) period = begins[caller] = { at: now, used: 0 };
        period.used += 1;
        const { isWithin, remaining, resetMs } = quota.take(caller);
        expect([isWithin, remaining]).toEqual([period.used <= 5, Math.max(0, 5 - period.used)]);
        expect(resetMs).toBe(period.at + 1_000 - now);
      }
    }),
  );
});

test("a flood of callers does not fill the memory, and forgets the oldest first", () => {
  const quota = createRequestQuota({ count: 2, periodMs: 1_000 }, manualClock());
  quota.take("first");
  for (let at = 0; at < 50_000; at++) quota.take(`caller ${at}`);
  expect(quota.take("caller 49999").remaining).toBe(0);
  expect(quota.take("first").remaining).toBe(1);
});
