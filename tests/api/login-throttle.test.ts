import { expect, test } from "bun:test";
import { HttpError } from "../../src/api/http/http-error.ts";
import { createLoginThrottle, type LoginThrottle } from "../../src/api/http/login-throttle.ts";

function manualClock() {
  let now = 0;
  const pass = (ms: number) => {
    now += ms;
  };
  return { monotonic: () => now, pass };
}

/** Fails to log in. @returns how many seconds the caller has to wait; 0 if the password was checked */
function fail(throttle: LoginThrottle, address: string, account: string): number {
  try {
    throttle.begin(address, account);
    return 0;
  } catch (error) {
    if (!(error instanceof HttpError) || error.status !== 429) throw error;
    return Number(error.headers["retry-after"]);
  }
}

/** How often one can fail before the password is not even checked. */
function failures(attempt: (count: number) => number): number {
  for (let count = 0; count < 1_000; count++) if (attempt(count) > 0) return count;
  return Number.POSITIVE_INFINITY;
}

test("failures for one account end within ten, wherever they come from", () => {
  const throttle = createLoginThrottle(manualClock());
  expect(failures((count) => fail(throttle, `192.0.2.${count}`, "ada"))).toBe(5);
  expect(fail(throttle, "198.51.100.1", "ADA")).toBeGreaterThan(0);
  expect(fail(throttle, "198.51.100.1", "grace")).toBe(0);
});

test("failures of one address end within ten, whatever the account", () => {
  const throttle = createLoginThrottle(manualClock());
  expect(failures((count) => fail(throttle, "192.0.2.1", `user ${count}`))).toBe(8);
  expect(failures((count) => fail(throttle, `2001:db8::${count}`, `other ${count}`))).toBe(8);
});

test("who waits as long as told may try again", () => {
  const clock = manualClock();
  const throttle = createLoginThrottle(clock);
  const wait = (account: string) => {
    for (;;) {
      const seconds = fail(throttle, "192.0.2.1", account);
      if (seconds > 0) return seconds;
    }
  };
  const first = wait("ada");
  expect(first).toBe(60);
  clock.pass((first - 1) * 1_000);
  expect(fail(throttle, "192.0.2.1", "ada")).toBe(1);
  clock.pass(1_000);
  expect(fail(throttle, "192.0.2.1", "ada")).toBe(0);
  expect(fail(throttle, "192.0.2.1", "ada")).toBe(60);
});

test("logins that succeed do not count", () => {
  const throttle = createLoginThrottle(manualClock());
  for (let count = 0; count < 100; count++) throttle.begin("192.0.2.1", "ada").succeeded();
  expect(failures(() => fail(throttle, "192.0.2.1", "ada"))).toBe(5);
});

test("attempts from elsewhere do not lock out a user where they have logged in before", () => {
  const throttle = createLoginThrottle(manualClock());
  throttle.begin("192.0.2.1", "ada").succeeded();
  expect(failures((count) => fail(throttle, `198.51.100.${count}`, "ada"))).toBe(5);
  expect(fail(throttle, "192.0.2.1", "ada")).toBe(0);
  throttle.begin("192.0.2.1", "ada").succeeded();
});

test("attempts that run at the same time count before any of them has failed", () => {
  const throttle = createLoginThrottle(manualClock());
  const running = Array.from({ length: 5 }, () => throttle.begin("192.0.2.1", "ada"));
  expect(fail(throttle, "192.0.2.1", "ada")).toBeGreaterThan(0);
  for (const attempt of running) attempt.succeeded();
  expect(fail(throttle, "192.0.2.1", "ada")).toBe(0);
});
