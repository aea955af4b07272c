import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { type MadeTask, makeTask } from "../support/made-task.ts";
import { exitCode, ratchet, startRatchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const task = (label: string, main: string, more: Partial<MadeTask> = {}) =>
  makeTask(folder.path, { label, main, ...more });
const run = (path: string, input: unknown, ...args: string[]) =>
  ratchet(["run-once", "--from-fs", path, "--input-json", JSON.stringify(input), ...args]);

const count = task(
  "count",
  `async function* main({ upTo, bad, fail }) {
    try {
      for (let i = 1; i <= upTo; i++) {
        if (i === fail) throw new DataError("no more");
        yield i === bad ? "bad" : { i };
      }
      return "the end";
    } finally {
      console.log("closed");
    }
  }`,
  { outputSchema: { type: "object" } },
);

describe("a task that is an async generator", () => {
  test("prints each item as a line, and its return value only if there was none", async () => {
    const closed = "[info] closed\n";
    expect(await run(count, { upTo: 3 })).toEqual({
      exitCode: 0,
      stdout: '{"i":1}\n{"i":2}\n{"i":3}\n',
      stderr: closed,
    });
    const nothing = task("nothing", "async function* main() { return { total: 0 }; }", {
      outputSchema: { type: "object" },
    });
    expect(await run(nothing, {})).toEqual({ exitCode: 0, stdout: '{"total":0}\n', stderr: "" });
  });

  test("without items prints what it returns, if anything", async () => {
    expect(await run(count, { upTo: 0 })).toMatchObject({ stdout: '"the end"\n' });
    expect(await run(task("empty", "async function* main() {}"), {})).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("in every program form, and returned by a function", async () => {
    for (const [label, main] of [
      ["method", "module.exports = { async *main() { yield 1; yield 2; } };"],
      ["returned", "(async () => (async function* () { yield 1; yield 2; })())"],
      ["plain", "function* main() { yield 1; yield 2; }"],
      [
        "written",
        "async (_, context) => { const { write } = context.output; await write(1); await write(2); return 3; }",
      ],
    ] as const) {
      expect({ label, ...(await run(task(label, main), {})) }).toEqual({
        label,
        exitCode: 0,
        stdout: "1\n2\n",
        stderr: "",
      });
    }
  });

  test("keeps what was printed after an error, also an item that does not match the schema or is too large", async () => {
    const thrown = await run(count, { upTo: 5, fail: 3 });
    expect(thrown).toMatchObject({
      exitCode: 1,
      stdout: '{"i":1}\n{"i":2}\n',
      stderr: expect.stringContaining("no more"),
    });
    const wrong = await run(count, { upTo: 50, bad: 3 });
    expect(wrong).toMatchObject({ exitCode: 3, stdout: '{"i":1}\n{"i":2}\n' });
    expect(wrong.stderr).toContain("[info] closed\n");
    expect(wrong.stderr).toContain("item 2 of the stream does not match output.schema.json");
    const large = task(
      "large",
      "async function* main() { yield 'x'.repeat(500); yield 'x'.repeat(900); yield 'x'.repeat(1100); }",
      {
        metadata: { limits: { output: "1kB" } },
      },
    );
    const limited = await run(large, {});
    expect({ code: limited.exitCode, lines: limited.stdout.split("\n").map(({ length }) => length) }).toEqual({
      code: 5,
      lines: [502, 902, 0],
    });
  });

  test("closes itself when an item is not JSON", async () => {
    const path = task(
      "circular",
      "async function* main() { try { yield 1; yield 1n; } finally { console.log('closed'); } }",
    );
    const { exitCode: code, stdout, stderr } = await run(path, {});
    expect({ code, stdout }).toEqual({ code: 1, stdout: "1\n" });
    expect(stderr).toContain("[info] closed\n");
    expect(stderr).toContain("an item of the stream is not JSON");
  });

  test("writes a file whole, or not at all", async () => {
    const file = join(folder.path, "items.ndjson");
    expect(await run(count, { upTo: 2 }, "--output", file)).toMatchObject({ exitCode: 0, stdout: "" });
    expect(readFileSync(file, "utf8")).toBe('{"i":1}\n{"i":2}\n');
    const other = join(folder.path, "failed.ndjson");
    expect(await run(count, { upTo: 2, fail: 2 }, "--output", other)).toMatchObject({ exitCode: 1, stdout: "" });
    expect(existsSync(other)).toBe(false);
  });
});

describe("over a stream of inputs", () => {
  const each = (path: string, stdin: string, ...args: string[]) =>
    ratchet(["run-once", "--from-fs", path, "--ndjson", "--quiet", ...args], { stdin });

  test("the items of each line are in its place, and a line without items has none", async () => {
    const lines = '{"upTo":2}\n{"upTo":0}\n{"upTo":1}\n';
    const none = task("numbers", "async function* main({ upTo }) { for (let i = 1; i <= upTo; i++) yield i; }");
    expect(await each(none, lines)).toEqual({ exitCode: 0, stdout: "1\n2\n1\n", stderr: "" });
    const { stdout } = await each(none, lines, "--envelope");
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).output),
    ).toEqual([[1, 2], [], [1]]);
    const failed = await each(count, '{"upTo":2,"bad":2}\n{"upTo":1}\n');
    expect(failed).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/^\{"error":.*item 1 of the stream.*\n\{"i":1\}\n$/),
    });
  });

  test("lines call other tasks, each on its own, as deep as they like", async () => {
    const deep = task(
      "deep",
      "async ({ depth }, context) => (depth === 0 ? 0 : 1 + (await context.call('deep', { depth: depth - 1 })))",
    );
    const lines = Array.from({ length: 40 }, (_, index) => `{"depth":${index % 4}}\n`).join("");
    const { stdout, exitCode: code } = await each(deep, lines, "--concurrency", "2");
    expect({ code, results: stdout.trim().split("\n").map(Number) }).toEqual({
      code: 0,
      results: Array.from({ length: 40 }, (_, index) => index % 4),
    });
  });
});

/** A stream that yields lines of 1 kB, and says on stderr how many. */
const endless = task(
  "endless",
  `async function* main() {
    let lines = 0;
    try {
      for (;;) {
        lines++;
        if (lines === 1000) console.log("1000 lines");
        yield "x".repeat(1021);
      }
    } finally {
      console.log(\`closed at \${lines}\`);
    }
  }`,
);

test("items are printed while the task goes on", async () => {
  const path = task(
    "slow",
    "async function* main(_, context) { yield 1; await context.waitFor('never', { timeout: '1h' }); }",
  );
  const process = startRatchet(["run-once", "--from-fs", path]);
  const { value } = await process.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe("1\n");
  process.kill();
  expect(await exitCode(process)).toBe(143);
});

test("at most 1 MB waits for a slow reader, and the generator is closed when the reader goes away", async () => {
  const process = startRatchet(["run-once", "--from-fs", endless]);
  const output = process.stdout.getReader();
  await output.read();
  const errors = process.stderr.getReader();
  let seen = "";
  const readErrors = async (until: string) => {
    while (!seen.includes(until)) {
      const { value, done } = await errors.read();
      if (done) break;
      seen += new TextDecoder().decode(value);
    }
  };
  await readErrors("1000 lines");
  // It sleeps when nothing more can be written.
  await eventually(() => /^\d+ \(.*\) S /.test(readFileSync(`/proc/${process.pid}/stat`, "utf8")));
  await output.cancel();
  await readErrors("closed at");
  const lines = Number(/closed at (\d+)/.exec(seen)?.[1]);
  expect(lines).toBeGreaterThanOrEqual(1_000);
  // The pipe and the reader's own buffer hold some more.
  expect(lines).toBeLessThan(2_000);
  expect(await exitCode(process)).toBe(141);
});
