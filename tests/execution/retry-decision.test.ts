import { expect, test } from "bun:test";
import fc from "fast-check";
import { type ErrorCode, RatchetError } from "../../src/domain/errors.ts";
import type { GuestError } from "../../src/domain/guest-errors.ts";
import type { RetryPolicy } from "../../src/domain/retry-policy.ts";
import { DEFAULT_BACKOFF, decideRetry, LONGEST_RETRY_AFTER_MS } from "../../src/execution/retry-decision.ts";
import { backoffDelay, LONGEST_DELAY_MS } from "../../src/lib/backoff.ts";

const thrown = (name: string, more: Partial<GuestError> = {}) =>
  new RatchetError("TASK_FAILED", "failed", { guest: { name, message: "failed", ...more } });
const defaults = { maxRetries: 3, backoff: DEFAULT_BACKOFF };
const decide = (error: RatchetError, retries = 0, random = 0.5, policy?: RetryPolicy) =>
  decideRetry({ error, retries, maxRetries: null, policy, defaults, random });

test.each([
  ["AuthenticationError", {}, false],
  ["AuthorizationError", {}, false],
  ["ValidationError", {}, false],
  ["ConfigurationError", {}, false],
  ["DataError", {}, false],
  ["NetworkError", {}, true],
  ["TimeoutError", {}, true],
  ["RateLimitError", {}, true],
  ["ServiceUnavailableError", {}, true],
  ["HttpError", { status: 404 }, false],
  ["HttpError", { status: 408 }, true],
  ["HttpError", { status: 429 }, true],
  ["HttpError", { status: 502 }, true],
  ["HttpError", {}, false],
  ["TypeError", {}, true],
  ["MyOwnError", {}, true],
  ["constructor", {}, true],
] as const)("%s %j is retried: %p", (name, more, retry) => {
  expect(decide(thrown(name, more)).retry).toBe(retry);
});

test.each([
  ["TIME_LIMIT", true],
  ["WORKER_LOST", true],
  ["ENVIRONMENT", true],
  ["MEMORY_LIMIT", false],
  ["STACK_LIMIT", false],
  ["OUTPUT_LIMIT", false],
  ["FETCH_LIMIT", false],
  ["INVALID_INPUT", false],
  ["INVALID_OUTPUT", false],
  ["NEVER_SETTLED", false],
  ["NOBODY_TO_ANSWER", false],
  ["TASK_NOT_FOUND", true],
  ["TASK_INVALID", true],
] as const)("%s is retried: %p", (code: ErrorCode, retry) => {
  expect(decide(new RatchetError(code, "failed")).retry).toBe(retry);
});

test("errors match by their name, their class and their base classes", () => {
  const quota = thrown("Error", { classes: ["QuotaError", "LimitError", "Error"] });
  for (const name of ["QuotaError", "LimitError", "Error"]) {
    expect(decide(quota, 0, 0.5, { never: [name] }).retry).toBe(false);
    expect(decide(quota, 0, 0.5, { never: [name], also: [name] }).retry).toBe(false);
  }
  expect(decide(quota, 0, 0.5, { never: ["TypeError"] }).retry).toBe(true);
  const invalid = thrown("Mine", { classes: ["Mine", "ValidationError", "Error"] });
  expect(decide(invalid).retry).toBe(false);
  expect(decide(invalid, 0, 0.5, { also: ["ValidationError"] }).retry).toBe(true);
  expect(decide(invalid, 0, 0.5, { also: ["Mine"] }).retry).toBe(true);
});

test("never retries more often than requested", () => {
  expect(decide(thrown("NetworkError"), 2).retry).toBe(true);
  expect(decide(thrown("NetworkError"), 3)).toEqual({ retry: false });
});

test("a missing or invalid task is retried once", () => {
  for (const code of ["TASK_NOT_FOUND", "TASK_INVALID"] as const) {
    const error = new RatchetError(code, "no");
    expect([0, 1, 2].map((retries) => decide(error, retries).retry)).toEqual([true, false, false]);
    expect(decide(error, 2, 0.5, { also: [code] }).retry).toBe(true);
    expect(decide(error, 0, 0.5, { never: [code] }).retry).toBe(false);
  }
});

test("the job's setting overrides its task's, and the task's overrides the server's", () => {
  const retries = (job: number | null, task: number | undefined, server: number) => {
    const policy = task === undefined ? undefined : { maxRetries: task };
    const given = { error: thrown("NetworkError"), maxRetries: job, policy, random: 0 };
    for (let retries = 0; ; retries++) {
      const decision = decideRetry({ ...given, retries, defaults: { ...defaults, maxRetries: server } });
      if (!decision.retry) return retries;
    }
  };
  expect(retries(2, 5, 1)).toBe(2);
  expect(retries(0, 5, 1)).toBe(0);
  expect(retries(null, 5, 1)).toBe(5);
  expect(retries(null, 0, 1)).toBe(0);
  expect(retries(null, undefined, 1)).toBe(1);
});

test("a task can list errors that are retried, and errors that are not", () => {
  const policy = {
    also: ["DataError", "MyOwnError", "MEMORY_LIMIT"],
    never: ["NetworkError", "TIME_LIMIT", "DataError"],
  };
  const retried = (error: RatchetError) => decide(error, 0, 0.5, policy).retry;
  expect(retried(thrown("MyOwnError"))).toBe(true);
  expect(retried(new RatchetError("MEMORY_LIMIT", "x"))).toBe(true);
  expect(retried(new RatchetError("STACK_LIMIT", "x"))).toBe(false);
  expect(retried(thrown("NetworkError"))).toBe(false);
  expect(retried(new RatchetError("TIME_LIMIT", "x"))).toBe(false);
  // never goes before also
  expect(retried(thrown("DataError"))).toBe(false);
  expect(retried(thrown("RateLimitError", { retryAfterMs: 5 }))).toBe(true);
});

test("a task can set its own delays", () => {
  const delays = (policy: RetryPolicy) =>
    [0, 1, 2].map((retries) => {
      const decision = decide(thrown("NetworkError"), retries, 0.5, policy);
      return decision.retry ? decision.delayMs : undefined;
    });
  expect(delays({ delayMs: 100 })).toEqual([100, 200, 400]);
  expect(delays({ delayMs: 100, factor: 3, maxDelayMs: 500 })).toEqual([100, 300, 500]);
  expect(delays({ factor: 1 })).toEqual([1_000, 1_000, 1_000]);
  expect(delays({ delayMs: 0 })).toEqual([0, 0, 0]);
  // A first delay beyond the server's limit is what the task asks for.
  expect(delays({ delayMs: 3_600_000 })).toEqual([3_600_000, 3_600_000, 3_600_000]);
  expect(decide(thrown("NetworkError"), 0, 0, { delayMs: 100, jitter: 1 })).toEqual({ retry: true, delayMs: 0 });
  expect(decide(thrown("RateLimitError", { retryAfterMs: 9_000 }), 0, 0, { delayMs: 1 })).toEqual({
    retry: true,
    delayMs: 9_000,
  });
});

test("waits for all of Retry-After, and hardly longer", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: LONGEST_RETRY_AFTER_MS }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (ms, random) => {
        const decision = decide(thrown("RateLimitError", { retryAfterMs: ms }), 0, random);
        expect(decision.retry).toBe(true);
        if (!decision.retry) return;
        expect(decision.delayMs).toBeGreaterThanOrEqual(ms);
        expect(decision.delayMs).toBeLessThanOrEqual(ms * 1.1 + 1);
      },
    ),
  );
});

test.each([Number.NaN, -1, 0, Number.POSITIVE_INFINITY])("a Retry-After of %p is ignored", (retryAfterMs) => {
  expect(decide(thrown("RateLimitError", { retryAfterMs }))).toEqual({ retry: true, delayMs: 1_000 });
});

test("a Retry-After of a year is shortened", () => {
  const decision = decide(thrown("RateLimitError", { retryAfterMs: 365 * 86_400_000 }));
  expect(decision).toEqual({ retry: true, delayMs: LONGEST_RETRY_AFTER_MS + 2_500 });
});

test("delays double, with jitter around them, up to a limit", () => {
  const plain = { ...DEFAULT_BACKOFF, jitter: 0 };
  expect([1, 2, 3, 4].map((retry) => backoffDelay(plain, retry, 0))).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(backoffDelay(plain, 1_000, 0)).toBe(600_000);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (retry, random) => {
      const delay = backoffDelay(DEFAULT_BACKOFF, retry, random);
      const middle = backoffDelay(plain, retry, 0);
      expect(delay).toBeGreaterThanOrEqual(Math.floor(middle * 0.75));
      expect(delay).toBeLessThanOrEqual(Math.ceil(middle * 1.25));
    }),
  );
});

test("the delay is a whole number within its bounds, for all settings of task, job and server", () => {
  const LONGEST = 2 ** 31 - 1;
  const ms = fc.constantFrom(0, 1, 999, 600_000, LONGEST);
  const factor = fc.oneof(fc.constantFrom(1, 1.000_001, 2, 100), fc.double({ min: 1, max: 100, noNaN: true }));
  const jitter = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
  const policies = fc.record(
    { maxRetries: fc.constantFrom(0, 400, 1_000), delayMs: ms, factor, maxDelayMs: ms, jitter },
    { requiredKeys: [] },
  );
  const backoffs = fc.record({
    baseMs: fc.constantFrom(1, 1_000, LONGEST),
    factor,
    maxMs: fc.constantFrom(1, LONGEST),
    jitter,
  });
  const attempt = fc.oneof(fc.constantFrom(0, 1, 155, 156, 399, 999), fc.nat({ max: 999 }));
  const random = fc.constantFrom(0, 0.5, 1 - Number.EPSILON);
  const retryAfterMs = fc.constantFrom(undefined, 0, 1, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN);
  fc.assert(
    fc.property(
      policies,
      fc.constantFrom(null, 0, 1_000),
      backoffs,
      attempt,
      random,
      retryAfterMs,
      (policy, maxRetries, backoff, retries, drawn, asked) => {
        const error = thrown("NetworkError", asked === undefined ? {} : { retryAfterMs: asked });
        const decision = decideRetry({
          error,
          retries,
          maxRetries,
          policy: policy as RetryPolicy,
          defaults: { maxRetries: 1_000, backoff },
          random: drawn,
        });
        const allowed = maxRetries ?? policy.maxRetries ?? 1_000;
        expect(decision.retry).toBe(retries < allowed);
        if (!decision.retry) return;
        expect(Number.isSafeInteger(decision.delayMs)).toBe(true);
        expect(decision.delayMs).toBeGreaterThanOrEqual(0);
        expect(decision.delayMs).toBeLessThanOrEqual(LONGEST_DELAY_MS);
        if (Number.isFinite(asked) && Number(asked) > 0) return;
        const most = policy.maxDelayMs ?? Math.max(backoff.maxMs, policy.delayMs ?? 0);
        expect(decision.delayMs).toBeLessThanOrEqual(Math.ceil(most * (1 + (policy.jitter ?? backoff.jitter))));
        if (policy.delayMs === 0) expect(decision.delayMs).toBe(0);
      },
    ),
    { numRuns: 2_000 },
  );
});
