import { afterEach, describe, expect, test } from "bun:test";
import { createBodyReader } from "../../src/checking/body-reader.ts";
import { type Checker, createChecker } from "../../src/checking/checker.ts";
import type { RatchetError } from "../../src/domain/errors.ts";
import { RawJson } from "../../src/domain/raw-json.ts";
import { readText } from "../../src/domain/shared-text.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { eventually } from "../support/eventually.ts";

let checker: Checker;
afterEach(() => checker.stop());

/** A schema that never comes to an end in the time that tests have: each level of a value doubles the work. */
const DOUBLING = {
  anyOf: [
    { properties: { a: { $ref: "#" } }, required: ["x"] },
    { properties: { a: { $ref: "#" } }, required: ["x"] },
  ],
};
const schema = (value: unknown) => ({
  key: JSON.stringify(value),
  file: "input.schema.json",
  text: JSON.stringify(value),
});
const slow = {
  kind: "value",
  json: `[${Array(400_000).fill('{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}').join(",")}]`,
  schema: schema({ items: { $ref: "#/$defs/d" }, $defs: { d: DOUBLING } }),
} as const;
const quick = { kind: "value", json: '{"x":1}', schema: schema({ required: ["x"] }) } as const;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: RatchetError) => error.code,
  );

describe("a checker", () => {
  test("starts no thread before there is work, and stops it when idle", async () => {
    checker = createChecker({ clock: systemClock, idleMs: 1 });
    expect(checker.threads()).toBe(0);
    expect(await checker.check(quick, { caller: "a", timeMs: 10_000 })).toEqual({ violations: [], count: 0 });
    await eventually(() => checker.threads() === 0);
    expect(await checker.check(quick, { caller: "a", timeMs: 10_000 })).toEqual({ violations: [], count: 0 });
  });

  test("stops checks that take too long, and continues", async () => {
    checker = createChecker({ clock: systemClock, threads: 1 });
    expect(await codeOf(checker.check(slow, { caller: "a", timeMs: 50 }))).toBe("TIME_LIMIT");
    expect(checker.threads()).toBe(0);
    expect(await codeOf(checker.check(quick, { caller: "a", timeMs: 10_000 }))).toBe("done");
  });

  test("never gives one caller all threads", async () => {
    checker = createChecker({ clock: systemClock });
    const hostile = Array.from({ length: 5 }, () => codeOf(checker.check(slow, { caller: "hostile", timeMs: 60_000 })));
    expect(await codeOf(checker.check(quick, { caller: "other", timeMs: 10_000 }))).toBe("done");
    expect(checker.pending()).toBe(5);
    checker.stop();
    expect(await Promise.all(hostile)).toEqual(Array(5).fill("ENVIRONMENT"));
  });

  test("limits the number of waiting checks", async () => {
    checker = createChecker({ clock: systemClock, threads: 1, maxWaiting: 1 });
    const options = { caller: "a", timeMs: 10_000 };
    const first = [checker.check(quick, options), checker.check(quick, options)];
    expect(await codeOf(checker.check(quick, options))).toBe("ENVIRONMENT");
    await Promise.all(first);
  });

  test("reports a lost thread, and starts another", async () => {
    let started = 0;
    const spawn = () => {
      started += 1;
      const source =
        started === 1 ? "onmessage = () => process.exit(1)" : "onmessage = () => postMessage({ result: 7 })";
      return new Worker(URL.createObjectURL(new Blob([source])));
    };
    checker = createChecker({ clock: systemClock, threads: 1, spawn });
    expect(await codeOf(checker.check(quick, { caller: "a", timeMs: 10_000 }))).toBe("WORKER_LOST");
    expect(await checker.check<typeof quick>(quick, { caller: "a", timeMs: 10_000 })).toEqual({ result: 7 } as never);
  });

  test("reports what is wrong with a schema, a text and a value", async () => {
    checker = createChecker({ clock: systemClock });
    const check = (json: string, value: unknown) =>
      checker.check({ kind: "value", json, schema: schema(value) }, { caller: "a", timeMs: 10_000 });
    expect(await check("1", { type: "nope" })).toMatchObject({ problems: [{ pointer: "/type" }] });
    expect(await check("[1,", {})).toMatchObject({ fault: { offset: 3 } });
    const violations = [{ pointer: "/40000", message: "must be a whole number" }];
    const list = `[${"1,".repeat(40_000)}"x"]`;
    expect(await check(list, { items: { type: "integer" } })).toEqual({ violations, count: 1 });
  });
});

describe("a request body", () => {
  const read = (text: string, form: "rest" | "graphql" = "rest") => {
    checker = createChecker({ clock: systemClock });
    return createBodyReader(checker)([new TextEncoder().encode(text)], form) as Promise<Record<string, unknown>>;
  };
  const large = JSON.stringify(Array.from({ length: 30_000 }, () => ({})));

  test("that is large moves to another thread without a copy, and takes nothing with it that shares its memory", async () => {
    checker = createChecker({ clock: systemClock });
    const [head, tail] = [`{"task":"ä","input":${large}`, "}GET /next"].map((text) => new TextEncoder().encode(text));
    if (head === undefined || tail === undefined) throw new Error("no pieces");
    const shared = tail.subarray(0, 1);
    const body = (await createBodyReader(checker)([head, shared], "rest")) as Record<string, unknown>;
    expect([body.task, textOf(body.input)]).toEqual(["ä", large]);
    expect([head.byteLength, new TextDecoder().decode(tail)]).toEqual([0, "}GET /next"]);
    // A character may be in two pieces.
    const text = new TextEncoder().encode(`["ä",${large}]`);
    const halves = [text.slice(0, 3), text.slice(3)];
    const refusal = await createBodyReader(checker)(halves, "rest").catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "USAGE" });
    const small = new TextEncoder().encode('{"a":"ä"}');
    expect(await createBodyReader(checker)([small.subarray(0, 7), small.subarray(7)], "rest")).toEqual({ a: "ä" });
  });

  const textOf = (value: unknown) => (value instanceof RawJson ? readText(value.text) : undefined);

  test("that is large keeps its inputs as text", async () => {
    const body = await read(`{"task":"a","input":${large}}`);
    expect(body.task).toBe("a");
    expect(textOf(body.input)).toBe(large);
    const batch = await read(`{"jobs":[{"task":"a"},{"task":"b","input": ${large} }]}`);
    const jobs = batch.jobs as { task: string; input?: RawJson }[];
    expect(jobs.map(({ task, input }) => [task, textOf(input)])).toEqual([
      ["a", undefined],
      ["b", large],
    ]);
  });

  test("that is large keeps the inputs of a list of jobs in GraphQL variables as text", async () => {
    const job = (task: string) => `{"taskLabel":"${task}","inputData":{"x":"${"x".repeat(50_000)}"}}`;
    const body = await read(`{"query":"{ a }","variables":{"jobs":[${job("a")},${job("b")},{}]}}`, "graphql");
    const { jobs } = body.variables as { jobs: { taskLabel?: string; inputData?: unknown }[] };
    expect(jobs.map(({ taskLabel, inputData }) => [taskLabel, textOf(inputData)?.length])).toEqual([
      ["a", 50_008],
      ["b", 50_008],
      [undefined, undefined],
    ]);
  });

  test("with too much besides its inputs is refused", async () => {
    const jobs = Array.from({ length: 100 }, () => `{"task":"a","tags":["${"x".repeat(60_000)}"]}`);
    const refusal = await read(`{"jobs":[${jobs}]}`).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: "USAGE",
      message: expect.stringContaining("only inputs may have more than"),
    });
  });

  test("keeps large GraphQL variables as text, wherever an input can be", async () => {
    const body = await read(
      `{"query":"{ a }","variables":{"d":${large},"input":{"taskId":1,"inputData":${large}},"n":[1]}}`,
      "graphql",
    );
    const { d, input, n } = body.variables as {
      d: RawJson;
      input: { taskId: number; inputData: RawJson };
      n: unknown;
    };
    expect([textOf(d), input.taskId, textOf(input.inputData), n]).toEqual([large, 1, large, [1]]);
  });

  test.each([
    [`{"task":${large}}`, "USAGE", "The body's /task has 90001 characters of JSON"],
    [large, "USAGE", "The body has"],
    [`{"input":${large},"input":1}`, "INVALID_JSON", 'the name "input" occurs twice in the same object'],
    [`{"input":[${"1,".repeat(40_000)}1e999]}`, "INVALID_JSON", "the number 1e999 is beyond 1.8e308"],
    [`{"input":${"[".repeat(600)}${"1".repeat(70_000)}`, "INVALID_JSON", "nested deeper than 510 levels"],
    [
      `{"input":[${large},${"[".repeat(500)}${"]".repeat(500)}]}`,
      "INVALID_JSON",
      "/input is nested deeper than 500 levels",
    ],
    [`{"input":${large}`, "INVALID_JSON", "the text ends where"],
    ['{"a":1,"a":2}', "INVALID_JSON", 'line 1, column 8: the name "a" occurs twice'],
  ])("is rejected: %#", async (text, code, message) => {
    const error: RatchetError = await read(text).then(
      () => undefined as never,
      (thrown) => thrown,
    );
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
  });
});
