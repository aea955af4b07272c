import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import metadataSchema from "../../docs/schemas/task-metadata.schema.json" with { type: "json" };
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { checkMetadata } from "../../src/task/metadata.ts";
import { makeValidator } from "../../src/task/schema/make-validator.ts";

const GOOD = { uuid: "7d444840-9dc0-11d1-b245-5ffdce74fad2", version: "1.0.0", label: "sample", description: "" };
const withHttp = (http: JsonValue): JsonObject => ({ ...GOOD, http });
const errorsOf = (value: JsonValue) => checkMetadata(value).findings.filter(({ severity }) => severity === "error");

describe("http of metadata.json", () => {
  test("may have every member", () => {
    const { metadata, findings } = checkMetadata(
      withHttp({
        retry: { maxRetries: 0, delay: "50ms", maxDelay: 1_000 },
        timeout: "5s",
        connectTimeout: 500,
        firstByteTimeout: "2s",
        maxResponseSize: "1MB",
        rateLimit: { count: 10, period: "1s" },
        breaker: false,
      }),
    );
    expect(findings).toEqual([]);
    expect(metadata?.http).toEqual({
      retry: { maxRetries: 0, delayMs: 50, maxDelayMs: 1_000 },
      timeoutMs: 5_000,
      connectTimeoutMs: 500,
      firstByteTimeoutMs: 2_000,
      maxResponseBytes: 1024 * 1024,
      rateLimit: { count: 10, periodMs: 1_000 },
      breaker: false,
    });
    expect(checkMetadata(withHttp({ retry: false, breaker: true })).metadata?.http).toEqual({
      retry: { maxRetries: 0 },
    });
  });

  test.each<[JsonValue, string, string]>([
    [[], "/http", "not an object"],
    [{ retry: true }, "/http/retry", "neither an object nor false"],
    [{ retry: { maxRetries: 101 } }, "/http/retry/maxRetries", "is more than 100"],
    [{ timeout: 0 }, "/http/timeout", "is less than"],
    [{ rateLimit: { count: 1 } }, "/http/rateLimit", "period is missing"],
    [{ rateLimit: { count: 0, period: "1s" } }, "/http/rateLimit/count", "is less than 1"],
    [{ rateLimit: 5 }, "/http/rateLimit", "not an object"],
    [{ breaker: 1 }, "/http/breaker", "neither true nor false"],
  ])("%j is rejected", (http, pointer, message) => {
    const errors = errorsOf(withHttp(http));
    expect(errors.map((error) => error.pointer)).toEqual([pointer]);
    expect(errors[0]?.message).toContain(message);
    expect(errors[0]?.remedy).not.toBe("");
  });

  test("gets warnings about unknown members", () => {
    const { findings } = checkMetadata(withHttp({ timeOut: "1s", retry: { maxRetry: 1 } }));
    expect(findings.map(({ severity, pointer, remedy }) => [severity, pointer, remedy])).toEqual([
      ["warning", "/http/timeOut", 'Write "timeout".'],
      ["warning", "/http/retry/maxRetry", "Use maxRetries, delay, maxDelay."],
    ]);
  });

  test("is checked according to its published schema", async () => {
    const validate = await makeValidator(metadataSchema, []);
    const anything = fc.oneof(
      fc.jsonValue() as fc.Arbitrary<JsonValue>,
      fc.constantFrom<JsonValue>("", "4MB", "5s", "10", 0, 0.5, 1, -1, 100, 101, 100_000, 100_001, true, false, null),
    );
    const members = (names: string) =>
      fc.record(Object.fromEntries(names.split(" ").map((name) => [name, anything])), { requiredKeys: [] });
    const http = fc.record(
      {
        retry: fc.oneof(members("maxRetries delay maxDelay other"), anything),
        timeout: anything,
        connectTimeout: anything,
        firstByteTimeout: anything,
        maxResponseSize: anything,
        rateLimit: fc.oneof(members("count period other"), anything),
        breaker: anything,
        other: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(http, (given) => {
        const text = JSON.stringify(withHttp(given as JsonValue));
        fc.pre(text.isWellFormed() && !text.includes("\\ud"));
        const value = JSON.parse(text) as JsonValue;
        expect({ text, allowed: errorsOf(value).length === 0 }).toEqual({
          text,
          allowed: validate?.(value).length === 0,
        });
      }),
      { numRuns: 500 },
    );
  });
});
