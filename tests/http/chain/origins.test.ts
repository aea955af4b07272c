import { describe, expect, test } from "bun:test";
import type { HostSettings } from "../../../src/http/chain/chain-settings.ts";
import type { Passage } from "../../../src/http/chain/circuit-breaker.ts";
import { Origins } from "../../../src/http/chain/origins.ts";
import { chainSettings } from "../../support/chain-settings.ts";

describe("the origins that tasks call", () => {
  test("are those of URLs, without user, path, query and fragment; a WebSocket has that of its handshake", () => {
    const origins = new Origins(chainSettings());
    const same = ["http://a.test/x?y#z", "http://a.test", "http://u:p@a.test/", "http://a.test?q=@", "ws://a.test/s"];
    for (const url of same) expect(origins.of(url)).toBe(origins.of("http://a.test/"));
    for (const url of ["https://a.test/", "http://a.test:81/", "http://b.test/", "wss://a.test/"]) origins.of(url);
    expect(origins.list().map(({ origin }) => origin)).toEqual([
      "https://a.test",
      "http://b.test",
      "http://a.test:81",
      "http://a.test",
    ]);
    expect(origins.of("http://a.test./")).toBe(origins.of("http://a.test/"));
    expect(origins.of("wss://u@a.test.:81/")).toBe(origins.of("https://a.test:81/"));
  });

  test("keep their rate limits while a task calls thousands of others, which share one when there is no room", () => {
    const rate = { count: 1, periodMs: 60_000 };
    const origins = new Origins(
      { ...chainSettings(), usual: { ...chainSettings().usual, rateLimit: rate } },
      () => 5_000,
    );
    for (let host = 0; host < 10_000; host++) origins.of(`http://host-${host}.test/`).limiter?.admitNow();
    expect(origins.of("http://host-0.test/").limiter?.admitNow()).toBe(false);
    expect(origins.of("http://host-9000.test/")).toBe(origins.of("http://host-9001.test/"));
    expect(origins.of("http://host-9000.test/").limiter?.admitNow()).toBe(false);
  });

  test("are bounded, and the ones called long ago are forgotten first, except open circuits", () => {
    const origins = new Origins(chainSettings(), () => 5_000);
    const { breaker } = origins.of("http://broken.test/");
    for (let i = 0; i < 10; i++) breaker.leave(breaker.enter() as Passage, "failure");
    for (let i = 0; i < 100_000; i++) origins.of(`http://host-${i}.test/`);
    expect(origins.list().length).toBe(512);
    expect(origins.list()[0]?.origin).toBe("http://host-99999.test");
    expect(origins.of("http://broken.test/").breaker.state).toBe("open");
  });

  test("are bounded even if all circuits are open", () => {
    const origins = new Origins(chainSettings(), () => 5_000);
    for (let host = 0; host < 2_000; host++) {
      const { breaker } = origins.of(`http://host-${host}.test/`);
      for (let i = 0; i < 10; i++) breaker.leave(breaker.enter() as Passage, "failure");
    }
    expect(origins.list().length).toBe(512);
  });

  test("have the settings of their host and port, else of their host, else of the process", () => {
    const hosts: Record<string, HostSettings> = {
      "a.test:80": { timeoutMs: 1 },
      "a.test": { timeoutMs: 2, retry: { maxRetries: 7 } },
      "[::1]:8080": { timeoutMs: 3 },
    };
    const origins = new Origins({ ...chainSettings(), hosts });
    const timeouts = ["http://a.test/", "https://a.test/", "http://a.test:81/", "http://[::1]:8080/", "http://b.test/"];
    expect(timeouts.map((url) => origins.of(url).settings.timeoutMs)).toEqual([1, 2, 2, 3, 20_000]);
    expect(origins.of("https://a.test/").settings.retry).toMatchObject({ maxRetries: 7, delayMs: 1, budget: 20 });
    expect(origins.of("http://constructor/").settings.timeoutMs).toBe(20_000);
  });
});
