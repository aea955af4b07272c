import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import metadataSchema from "../../docs/schemas/task-metadata.schema.json" with { type: "json" };
import { LONGEST_DURATION_MS } from "../../src/config/value-form.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { loadTask } from "../../src/task/load.ts";
import { checkMetadata } from "../../src/task/metadata.ts";
import { makeValidator } from "../../src/task/schema/make-validator.ts";
import { anyDependencies } from "./any-dependencies.ts";
import { failure, scratch, taskFiles } from "./scratch.ts";

const GOOD = {
  uuid: "7D444840-9dc0-11d1-b245-5ffdce74fad2",
  version: "1.0.0",
  label: "sample",
  description: "",
} as const;

const errorsOf = (value: JsonValue) => checkMetadata(value).findings.filter(({ severity }) => severity === "error");

describe("metadata.json", () => {
  test("that is larger than any reason is refused before it is read", async () => {
    using folder = scratch();
    const further = { x: "x".repeat(4 * 1024 * 1024) };
    folder.write({ ...taskFiles(), "metadata.json": JSON.stringify({ ...GOOD, ...further }) });
    const error = await failure(() => loadTask(folder.path()));
    expect(error.message).toContain("metadata.json has more than 4MB.");
  });

  test("may have every field", () => {
    const limits = {
      time: "1.5s",
      cleanup: "3s",
      memory: "32MB",
      stack: "128kB",
      output: "1MB",
      logs: 0,
      fetches: 7,
      fetchResponse: "2MiB",
      fetchTotal: 1024,
    };
    const more = {
      engine: "quickjs",
      timezone: "Europe/Berlin",
      throwHttpErrors: true,
      permissions: {
        net: ["GET,POST https://api.example.com/v1/", "10.0.0.0/8"],
        hosts: ["api.example.com", "*.example.org:8443", "[::1]"],
        secrets: { API_KEY: { hosts: ["api.example.com:443"] }, OTHER: {} },
        tasks: ["resize-image", "billing-*"],
      },
      retry: {
        maxRetries: 2,
        delay: "1.5s",
        maxDelay: 60_000,
        factor: 1.5,
        jitter: 0,
        also: ["DataError"],
        never: ["TIME_LIMIT"],
      },
      $schema: "x",
    };
    const { metadata, findings } = checkMetadata({ ...GOOD, ...more, limits });
    expect(findings).toEqual([]);
    expect(metadata).toEqual({
      ...GOOD,
      uuid: GOOD.uuid.toLowerCase(),
      engine: "quickjs",
      timezone: "Europe/Berlin",
      throwHttpErrors: true,
      permissions: {
        net: ["GET,POST https://api.example.com/v1/", "10.0.0.0/8"],
        hosts: ["api.example.com", "*.example.org:8443", "[::1]"],
        secrets: { API_KEY: { hosts: ["api.example.com:443"] }, OTHER: {} },
        tasks: ["resize-image", "billing-*"],
      },
      retry: {
        maxRetries: 2,
        delayMs: 1_500,
        maxDelayMs: 60_000,
        factor: 1.5,
        jitter: 0,
        also: ["DataError"],
        never: ["TIME_LIMIT"],
      },
      limits: {
        timeMs: 1500,
        cleanupMs: 3000,
        memoryBytes: 32 * 1024 * 1024,
        stackBytes: 128 * 1024,
        outputBytes: 1024 * 1024,
        logBytes: 0,
        fetchCount: 7,
        fetchResponseBytes: 2 * 1024 * 1024,
        fetchTotalBytes: 1024,
      },
    });
  });

  test.each<[JsonValue, string, string]>([
    [{ ...GOOD, uuid: "7d444840" }, "/uuid", "is not a UUID"],
    [{ ...GOOD, uuid: 7 }, "/uuid", "is a number, not a string"],
    [{ ...GOOD, version: "1.0" }, "/version", "is not a semantic version"],
    [{ ...GOOD, version: "01.0.0" }, "/version", "is not a semantic version"],
    [{ ...GOOD, label: "" }, "/label", "is empty"],
    [{ ...GOOD, label: " x" }, "/label", "space"],
    [{ ...GOOD, label: "a\nb" }, "/label", "control"],
    [{ ...GOOD, label: "x".repeat(101) }, "/label", "longer than 100"],
    [{ ...GOOD, label: null }, "/label", "is null"],
    [{ ...GOOD, description: ["x"] }, "/description", "is a list"],
    [{ ...GOOD, description: "half \ud83d" }, "/description", "surrogate"],
    [{ ...GOOD, engine: "quickj" }, "/engine", "no such engine"],
    [{ ...GOOD, timezone: "Europe/Nowhere" }, "/timezone", "not the name of a time zone"],
    [{ ...GOOD, timezone: "+02:00" }, "/timezone", "not the name of a time zone"],
    [{ ...GOOD, throwHttpErrors: "true" }, "/throwHttpErrors", "neither true nor false"],
    [{ ...GOOD, limits: [] }, "/limits", "not an object"],
    [{ ...GOOD, limits: { time: "5 minutes" } }, "/limits/time", "is not a duration"],
    [{ ...GOOD, limits: { time: 0 } }, "/limits/time", "is less than"],
    [{ ...GOOD, limits: { time: -1 } }, "/limits/time", "is not a duration"],
    [{ ...GOOD, limits: { time: true } }, "/limits/time", "neither a string nor a number"],
    [{ ...GOOD, limits: { memory: "64" } }, "/limits/memory", "is not a size"],
    [{ ...GOOD, limits: { memory: "1MB" } }, "/limits/memory", "is less than 4MB"],
    [{ ...GOOD, limits: { memory: 1.5 } }, "/limits/memory", "is not a size"],
    [{ ...GOOD, limits: { fetches: "10" } }, "/limits/fetches", "is a string"],
    [{ ...GOOD, permissions: true }, "/permissions", "not an object"],
    [{ ...GOOD, permissions: { nets: [] } }, "/permissions/nets", 'Unknown permission "nets"'],
    [{ ...GOOD, permissions: { net: "a.b" } }, "/permissions/net", "not a list"],
    [{ ...GOOD, permissions: { net: ["a.b", "get a.b"] } }, "/permissions/net/1", "written in capitals"],
    [{ ...GOOD, permissions: { net: ["10.0.0.0/33"] } }, "/permissions/net/0", "more bits"],
    [{ ...GOOD, permissions: { net: [{}] } }, "/permissions/net/0", "is not a rule"],
    [{ ...GOOD, permissions: { hosts: ["a.b:0"] } }, "/permissions/hosts/0", "in place of a port"],
    [{ ...GOOD, permissions: { tasks: ["a\nb"] } }, "/permissions/tasks/0", "is not a label"],
    [{ ...GOOD, permissions: { secrets: "A" } }, "/permissions/secrets", "not a list"],
    [{ ...GOOD, permissions: { secrets: { "A-B": {} } } }, "/permissions/secrets/A-B", "is not a name of a secret"],
    [{ ...GOOD, permissions: { secrets: { A: [] } } }, "/permissions/secrets/A", "has no object with its hosts"],
    [
      { ...GOOD, permissions: { secrets: { A: { hots: [] } } } },
      "/permissions/secrets/A/hots",
      'Unknown member "hots"',
    ],
    [
      { ...GOOD, permissions: { secrets: { A: { hosts: ["ftp://a"] } } } },
      "/permissions/secrets/A/hosts/0",
      "is not a host",
    ],
    [{ ...GOOD, permissions: { hosts: "a.b" } }, "/permissions/hosts", "not a list"],
    [{ ...GOOD, permissions: { hosts: ["a.b", "https://a.b"] } }, "/permissions/hosts/1", "is not a host"],
    [{ ...GOOD, permissions: { hosts: [5] } }, "/permissions/hosts/0", "is not a host"],
    [{ ...GOOD, permissions: { hosts: ["*"] } }, "/permissions/hosts/0", "is not a host"],
    [{ ...GOOD, retry: "no" }, "/retry", "not an object"],
    [{ ...GOOD, retry: { maxRetries: 1_001 } }, "/retry/maxRetries", "is more than 1000"],
    [{ ...GOOD, retry: { maxRetries: "3" } }, "/retry/maxRetries", "is a string"],
    [{ ...GOOD, retry: { delay: "5" } }, "/retry/delay", "is not a duration"],
    [{ ...GOOD, retry: { maxDelay: "30d" } }, "/retry/maxDelay", "is more than"],
    [{ ...GOOD, retry: { factor: 0.5 } }, "/retry/factor", "not a number from 1 to 100"],
    [{ ...GOOD, retry: { jitter: 1.1 } }, "/retry/jitter", "not a number from 0 to 1"],
    [{ ...GOOD, retry: { also: "DataError" } }, "/retry/also", "not a list"],
    [{ ...GOOD, retry: { never: ["no type"] } }, "/retry/never", "not an error type"],
    [[], "", "not contain a JSON object"],
    [null, "", "not contain a JSON object"],
  ])("%j is rejected", (value, pointer, message) => {
    const errors = errorsOf(value);
    expect(errors.map((error) => error.pointer)).toEqual([pointer]);
    expect(errors[0]?.message).toContain(message);
    expect(errors[0]?.remedy).not.toBe("");
  });

  test.each([
    ["10.0.0.1/8", "10.0.0.0/8"],
    ["192.168.7.9/22", "192.168.4.0/22"],
    ["1.2.3.4/0", "0.0.0.0/0"],
    ["10.0.0.0/8", undefined],
    ["10.0.0.1/32", undefined],
    ["fd00::/8", undefined],
    ["http://10.0.0.1/8", undefined],
  ])("with the block %s: a warning that it covers %p", (block, whole) => {
    const { findings } = checkMetadata({ ...GOOD, permissions: { net: ["a.test", block] } } as JsonValue);
    expect(findings.map(({ severity, pointer }) => [severity, pointer])).toEqual(
      whole === undefined ? [] : [["warning", "/permissions/net/1"]],
    );
    if (whole !== undefined) expect(findings[0]?.message).toContain(`covers all of ${whole}, `);
  });

  test("is rejected without its required fields, and all of them are listed", () => {
    expect(errorsOf({}).map(({ message }) => message)).toEqual(
      ["uuid", "version", "label", "description"].map((name) => expect.stringContaining(`"${name}" is missing`)),
    );
  });

  test("does not confuse names with inherited members of objects", () => {
    const value = JSON.parse(`{"__proto__": {"uuid": "x"}, "constructor": 1, "toString": 2}`) as JsonValue;
    const { findings } = checkMetadata(value);
    expect(findings.filter(({ severity }) => severity === "warning").map(({ pointer }) => pointer)).toEqual([
      "/__proto__",
      "/constructor",
      "/toString",
    ]);
    expect(findings.filter(({ severity }) => severity === "error")).toHaveLength(4);
    const limits = JSON.parse('{"__proto__": "5s", "constructor": 1}') as JsonValue;
    expect(checkMetadata({ ...GOOD, limits }).metadata?.limits).toEqual({});
  });

  test("gets warnings about unknown fields, with the most similar known one", () => {
    const { metadata, findings } = checkMetadata({ ...GOOD, lable: "x", limits: { timeout: "5s" }, colour: 1 });
    expect(metadata?.limits).toEqual({});
    expect(findings.map(({ severity, pointer, remedy }) => [severity, pointer, remedy])).toEqual([
      ["warning", "/lable", 'Write "label".'],
      ["warning", "/colour", "Remove it."],
      ["warning", "/limits/timeout", expect.stringContaining("time")],
    ]);
  });

  test("reports all problems at once, with line and column", async () => {
    using folder = scratch();
    folder.write({
      ...taskFiles(),
      "metadata.json": '\ufeff{\n  "uuid": 1,\n  "version": "1",\r\n  "label": "x", "descripton": "y"\n}\n',
    });
    const error = await failure(() => loadTask(folder.path()));
    expect(error.code).toBe("TASK_INVALID");
    expect(error.problems.map(({ line, column, pointer }) => [pointer, line, column])).toEqual([
      ["", 1, 1],
      ["/uuid", 2, 11],
      ["/version", 3, 14],
      ["/descripton", 4, 17],
    ]);
    expect(error.message).toBe(`${folder.path("metadata.json")}:1:1: The field "description" is missing. (and 2 more)`);
  });

  test.each([
    ['{"uuid": "a", "uuid": "b"}', 1, 15, "twice"],
    ['{\n  "a": {"b": 1, "\\u0062": 2}\n}', 2, 17, "twice"],
    ["{\n  'uuid': 1\n}", 2, 3, "not valid JSON"],
    ['{"uuid": "a",}', 1, 14, "not valid JSON"],
    ['{"uuid": "a"} x', 1, 15, "not valid JSON"],
    ['{"uuid": "a', 1, 10, "not valid JSON"],
    ["// comment\n{}", 1, 1, "not valid JSON"],
    ["", 1, 1, "not valid JSON"],
    ['{"n": 01}', 1, 8, "not valid JSON"],
    ["[".repeat(100_000), 1, 501, "deeper than 500"],
    [`${"[".repeat(100_000)}${"]".repeat(100_000)}`, 1, 501, "deeper than 500"],
    [`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, 1, 2501, "deeper than 500"],
  ])("%# is not JSON, with the position", async (text, line, column, message) => {
    using folder = scratch();
    folder.write({ ...taskFiles(), "metadata.json": text });
    const error = await failure(() => loadTask(folder.path()));
    expect(error.problems).toMatchObject([{ line, column, message: expect.stringContaining(message) }]);
  });

  test("reports any number of problems in time, errors first", async () => {
    using folder = scratch();
    const unknown = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`field${i}`, i]));
    folder.write({ ...taskFiles(), "metadata.json": JSON.stringify({ ...unknown, uuid: 5 }) });
    // The processor time of this thread, so that other work on the machine does not count: quadratic work takes
    // minutes.
    const before = process.threadCpuUsage();
    const error = await failure(() => loadTask(folder.path()));
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(20_000);
    expect(error.problems).toHaveLength(101);
    expect(error.problems[0]).toMatchObject({
      severity: "error",
      message: expect.stringContaining('"version" is missing'),
    });
    expect(error.problems.at(-1)?.message).toMatch(/This file has \d+ more problems/);
  });

  test("is rejected if it is not UTF-8", async () => {
    using folder = scratch();
    for (const bytes of [
      Buffer.from('{"label": "caf\xe9"}', "latin1"),
      Buffer.from("\ufeff{}", "utf16le"),
      Uint8Array.of(0xed, 0xa0, 0x80),
    ]) {
      folder.write({ ...taskFiles(), "metadata.json": new Uint8Array(bytes) });
      expect((await failure(() => loadTask(folder.path()))).message).toContain("UTF-8");
    }
  });

  test("has the same longest durations in its published schema", async () => {
    const validate = await makeValidator(metadataSchema, []);
    for (const ms of [LONGEST_DURATION_MS, LONGEST_DURATION_MS + 1]) {
      for (const value of [
        { ...GOOD, limits: { time: ms } },
        { ...GOOD, retry: { maxRetries: 1, delay: ms } },
      ]) {
        const isValid = ms === LONGEST_DURATION_MS;
        expect([value, errorsOf(value).length === 0]).toEqual([value, isValid]);
        expect([value, validate?.(value).length === 0]).toEqual([value, isValid]);
      }
    }
  });

  test("is checked according to its published schema", async () => {
    const findings: never[] = [];
    const validate = await makeValidator(metadataSchema, findings);
    expect(findings).toEqual([]);
    if (validate === undefined) throw new Error("the published schema is not valid");
    const anything = fc.oneof(
      fc.jsonValue() as fc.Arbitrary<JsonValue>,
      fc.constantFrom<JsonValue>("", " ", "1.0.0", "4MB", "5s", 0, 1, -1, 2 ** 31, 1e9, true, null),
    );
    const number = fc.oneof(
      fc.integer(),
      fc.constantFrom(0, 1, 4_194_303, 4_194_304, 2 ** 31, 2 ** 31 - 1, 1.5, 16_384),
    );
    const limits = fc.record(
      Object.fromEntries(
        ["time", "cleanup", "memory", "stack", "output", "logs", "fetches", "fetchResponse", "fetchTotal"].map(
          (name) => [name, fc.oneof(number, anything)],
        ),
      ),
      { requiredKeys: [] },
    );
    const names = fc.array(
      fc.oneof(
        fc.constantFrom(
          "DataError",
          "TIME_LIMIT",
          "a b",
          "$x",
          "*.a.b",
          "a.b:80",
          "[::1]:1",
          "a..b",
          "a:",
          "",
          "x".repeat(101),
        ),
        anything,
      ),
      { maxLength: 3 },
    );
    const rules = fc.array(
      fc.constantFrom("a.b", "GET,POST https://*.a.b:80/x", "10.0.0.0/8", "", "a b", "a?b", "x@y"),
    );
    const secrets = fc.oneof(
      names,
      fc.dictionary(fc.constantFrom("A", "b_1", "a-b"), fc.oneof(fc.record({ hosts: names }), anything)),
    );
    const notRules = anything.filter((one) => !Array.isArray(one));
    const permissions = fc.record(
      {
        hosts: fc.oneof(names, anything),
        net: fc.oneof(rules, notRules),
        secrets: fc.oneof(secrets, anything),
        tasks: fc.oneof(names, anything),
      },
      { requiredKeys: [] },
    );
    const some = fc.oneof(number, fc.constantFrom<JsonValue>("1s", "10", 0.5, 100, 101, 1_000, 1_001), anything);
    const retry = fc.record(
      {
        maxRetries: some,
        delay: some,
        maxDelay: some,
        factor: some,
        jitter: some,
        also: fc.oneof(names, anything),
        never: fc.oneof(names, anything),
        other: anything,
      },
      { requiredKeys: [] },
    );
    const version = fc.oneof(
      fc.constantFrom("1.2.3", "1.0.0-rc.1+b.2", "1.0", "v1.0.0", "01.0.0", "1.0.0-01"),
      fc.string(),
    );
    const value = fc.record(
      {
        uuid: fc.oneof(fc.uuid(), anything),
        version: fc.oneof(version, anything),
        label: fc.oneof(fc.string(), anything),
        description: fc.oneof(fc.string(), anything),
        engine: fc.oneof(fc.constant("quickjs"), anything),
        limits: fc.oneof(limits, anything),
        timezone: fc.constantFrom("UTC", "Asia/Tokyo", "+02:00", 5, null),
        throwHttpErrors: fc.oneof(fc.boolean(), anything),
        permissions: fc.oneof(permissions, anything),
        dependencies: anyDependencies(anything),
        retry: fc.oneof(retry, anything),
        other: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(value, (candidate) => {
        const text = JSON.stringify(candidate);
        // Half characters and the sizes of texts with a unit are beyond what the schema says.
        fc.pre(text.isWellFormed() && !text.includes("\\ud"));
        const parsed = JSON.parse(text) as JsonValue;
        const allowed = validate(parsed).length === 0;
        expect({ text, allowed: errorsOf(parsed).length === 0 }).toEqual({ text, allowed });
      }),
      { numRuns: 2_000 },
    );
  });
});
