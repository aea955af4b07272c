import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRateGate, readRate } from "../../src/cli/commands/run-once/rate-gate.ts";
import { progressText } from "../../src/cli/commands/run-once/stream-progress.ts";
import { eventually } from "../support/eventually.ts";
import { makeTask } from "../support/made-task.ts";
import { exitCode, RATCHET, ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const echo = makeTask(folder.path, { label: "echo", main: "(input) => input" });
const numbers = makeTask(folder.path, {
  label: "numbers",
  main: "(input) => input.n * (input.factor ?? 1)",
  inputSchema: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
});
/** Fails until its third attempt. */
const flaky = makeTask(folder.path, {
  label: "flaky",
  main: `function main({ n, type }, { attempt }) {
    if (attempt < 3) throw type === "final" ? new ValidationError("final") : new ServiceUnavailableError("busy");
    return [n, attempt];
  }`,
  metadata: { retry: { delay: "1ms", maxRetries: 0 } },
});

function stream(task: string, stdin: string, ...args: string[]) {
  return ratchet(["run-once", "--from-fs", task, "--ndjson", ...args], { stdin });
}

function parsed(text: string): unknown[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function lines(...values: unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

describe("--set with --ndjson", () => {
  test("sets a value of every line", async () => {
    const file = join(folder.path, "value.txt");
    writeFileSync(file, "from a file\n");
    const { stdout } = await stream(
      echo,
      lines({ n: 1 }, { n: 2, a: { c: 3 } }),
      ...["--set", "a.b=5", "--set", `text=@${file}`, "--set", "o={}", "--set", "o.x=1"],
    );
    const set = { text: "from a file", o: { x: 1 } };
    expect(parsed(stdout)).toEqual([
      { n: 1, a: { b: 5 }, ...set },
      { n: 2, a: { b: 5, c: 3 }, ...set },
    ]);
  });

  test("a line that is no object fails, and standard input is taken", async () => {
    const { exitCode, stdout } = await stream(echo, "1\n{}\n", "--set", "a=1");
    expect({ exitCode, results: parsed(stdout) }).toEqual({
      exitCode: 1,
      results: [{ error: expect.objectContaining({ code: "INVALID_INPUT" }) }, { a: 1 }],
    });
    const twice = await stream(echo, "{}\n", "--set", "a=@-");
    expect(twice).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("asked for 2 times") });
  });
});

describe("--record with --ndjson", () => {
  test("writes a recording for each line, which can be replayed", async () => {
    const dir = join(folder.path, "recordings");
    const run = await stream(numbers, lines({ n: 1 }, { n: 2 }, {}), "--record", dir);
    expect(run).toMatchObject({ exitCode: 1, stderr: "1 of 3 lines failed, first: line 3\n" });
    expect(readdirSync(dir).sort()).toEqual(["line-1", "line-2", "line-3"]);
    for (const [line, code] of [
      ["line-2", 0],
      ["line-3", 0],
    ] as const) {
      const replayed = await ratchet(["replay", "--from-fs", numbers, "--recording", join(dir, line)]);
      expect(replayed).toMatchObject({ exitCode: code, stdout: expect.stringContaining("equal") });
    }
  });
});

describe("--dry-run with --ndjson", () => {
  test("checks every line, runs nothing, prints no results", async () => {
    const run = await stream(numbers, '{"n":1}\n{"n":"x"}\nnope\n{"n":2}\n', "--dry-run");
    expect({ exitCode: run.exitCode, stdout: run.stdout }).toEqual({ exitCode: 1, stdout: "" });
    const shown = run.stderr.trimEnd().split("\n");
    expect(shown).toEqual([
      expect.stringMatching(/^line 2: INVALID_INPUT: .*\/n/),
      expect.stringMatching(/^line 3: INVALID_JSON: /),
      "2 of 4 lines failed, first: line 2",
    ]);
    expect(await stream(numbers, '{"n":1}\n', "--dry-run")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });
});

describe("--retry", () => {
  test("makes further attempts for each line, as long as the error may pass", async () => {
    const input = lines({ n: 1 }, { n: 2, type: "final" }, { n: 3 });
    const { exitCode, stdout } = await stream(flaky, input, "--retry", "2");
    expect(exitCode).toBe(1);
    expect(parsed(stdout)).toEqual([
      [1, 3],
      { error: expect.objectContaining({ message: "ValidationError: final" }) },
      [3, 3],
    ]);
    expect((await stream(flaky, lines({ n: 1 }), "--retry", "1")).exitCode).toBe(1);
    expect((await stream(flaky, lines({ n: 1 }))).exitCode).toBe(1);
  });
});

describe("--rate", () => {
  test("lets lines start at even intervals", () => {
    let now = 0;
    const gate = createRateGate({ count: 4, periodMs: 1_000 }, () => now);
    const starts: number[] = [];
    for (; starts.length < 5; now++) if (gate.take() === 0) starts.push(now);
    expect(starts).toEqual([0, 250, 500, 750, 1_000]);
  });

  test("does not save up starts that nobody took", () => {
    let now = 0;
    const gate = createRateGate({ count: 1, periodMs: 100 }, () => now);
    expect(gate.take()).toBe(0);
    now = 10_000;
    expect([gate.take(), gate.take() > 0]).toEqual([0, true]);
  });

  test.each([
    ["100/1s", { count: 100, periodMs: 1_000 }],
    ["5/m", { count: 5, periodMs: 60_000 }],
    ["0/1s", undefined],
    ["x/1s", undefined],
    ["10", undefined],
    ["10/", undefined],
  ])("%s", (text, rate) => {
    expect(readRate(text)).toEqual(rate as never);
  });

  test("gives all results", async () => {
    const { exitCode, stdout } = await stream(echo, lines(1, 2, 3, 4, 5), "--rate", "100/1s");
    expect({ exitCode, results: parsed(stdout) }).toEqual({ exitCode: 0, results: [1, 2, 3, 4, 5] });
    expect((await stream(echo, "", "--rate", "fast")).exitCode).toBe(2);
  });
});

test("progress shows lines, failures, the rate, and for a file the time that is left", () => {
  const count = { done: 50, failed: 2, firstFailed: 1, seen: 100, seenSize: 900, skipped: 0, complete: true };
  expect(progressText(count, 10_000, undefined)).toBe("50 lines, 2 failed, 5.0 a second");
  expect(progressText(count, 10_000, 10_000)).toBe("50 lines, 2 failed, 5.0 a second, 5 %, 3m10s left");
  expect(progressText({ ...count, done: 1, failed: 0 }, 10_000, undefined)).toBe("1 line, 0.1 a second");
  expect(progressText({ ...count, failed: 0, skipped: 40 }, 10_000, 1_000)).toBe(
    "50 lines, 5.0 a second, 90 %, 2s left",
  );
  expect(progressText({ ...count, done: 36_000, seen: 40_000, seenSize: 360_000 }, 3_000, 400_000_000)).toContain(
    "left",
  );
});

describe("--checkpoint", () => {
  const input = join(folder.path, "input.ndjson");
  const LINES = 400;
  const slow = makeTask(folder.path, {
    label: "slow",
    main: `async function main({ id, fail }) {
      await new Promise((done) => setTimeout(done, 5));
      if (fail) throw new ValidationError("no");
      return { id };
    }`,
  });
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(folder.path, "checkpoint-"));
    const all = Array.from({ length: LINES }, (_, id) => (id === 7 ? { id, fail: true } : { id }));
    writeFileSync(input, `\n${lines(...all)}`);
  });

  /** Starts the command with its output appended to a file, as with `>>`. */
  function start(output: string, ...args: string[]) {
    const command = [RATCHET, "run-once", "--from-fs", slow, "--ndjson", "--input-file", input, "--concurrency", "8"];
    return Bun.spawn([...command, "--envelope", "--checkpoint", join(place, "state"), ...args], {
      stdout: Bun.file(output),
      stderr: "pipe",
      env: {},
    });
  }

  function linesOf(...files: string[]): number[] {
    const results = files.flatMap((file) => parsed(readFileSync(file, "utf8"))) as { line: number }[];
    return results.map(({ line }) => line);
  }

  const all = Array.from({ length: LINES }, (_, index) => index + 2);

  test.each([
    ["killed", "SIGKILL", []],
    ["killed, without order", "SIGKILL", ["--unordered"]],
    ["interrupted", "SIGTERM", []],
  ] as const)("a run that is %s continues, and the outputs together hold every result", async (_, signal, args) => {
    const outputs: string[] = [];
    for (const least of [50, 200]) {
      const output = join(place, `out-${outputs.length}`);
      outputs.push(output);
      writeFileSync(output, "");
      const process = start(output, ...args);
      const before = outputs.length === 1 ? 0 : linesOf(outputs[0] ?? "").length;
      await eventually(() => before + readFileSync(output, "utf8").split("\n").length > least);
      process.kill(signal);
      await process.exited;
    }
    const last = join(place, "last");
    const process = start(last, ...args);
    expect(await exitCode(process)).toBe(1);
    expect(await process.stderr.text()).toBe("1 of 400 lines failed, first: line 9\n");
    const found = linesOf(...outputs, last);
    expect([...new Set(found)].sort((a, b) => a - b)).toEqual(all);
    // Only lines whose results were just being written can come twice.
    expect(found.length - all.length).toBeLessThanOrEqual(2 * 100);
    if (args.length === 0)
      for (const output of [...outputs, last]) expect(linesOf(output)).toEqual(linesOf(output).sort((a, b) => a - b));
    const again = join(place, "again");
    expect(await exitCode(start(again, ...args))).toBe(1);
    expect(readFileSync(again, "utf8")).toBe("");
  });

  test("with --output, the file holds every result exactly once, although a run left half a line", async () => {
    const output = join(place, "results");
    const process = start("/dev/null", "--output", output);
    await eventually(() => existsSync(output) && readFileSync(output, "utf8").split("\n").length > 50);
    process.kill("SIGKILL");
    await process.exited;
    writeFileSync(output, `${readFileSync(output, "utf8")}{"line":`);
    expect(await exitCode(start("/dev/null", "--output", output))).toBe(1);
    expect(linesOf(output)).toEqual(all);
  });

  test("CSV has its header once", async () => {
    const table = join(place, "table.csv");
    writeFileSync(table, `id\n${Array.from({ length: 300 }, (_, id) => `${id}\n`).join("")}`);
    const outputs = [join(place, "a.csv"), join(place, "b.csv")];
    const run = (output: string) =>
      Bun.spawn(
        [
          RATCHET,
          "run-once",
          "--from-fs",
          slow,
          "--input-format",
          "csv",
          "--output-format",
          "csv",
          "--input-file",
          table,
        ].concat(["--concurrency", "4", "--checkpoint", join(place, "csv-state")]),
        { stdout: Bun.file(output), stderr: "ignore", env: {} },
      );
    for (const output of outputs) writeFileSync(output, "");
    const first = run(outputs[0] ?? "");
    await eventually(() => readFileSync(outputs[0] ?? "", "utf8").split("\n").length > 30);
    first.kill("SIGKILL");
    await first.exited;
    expect(await exitCode(run(outputs[1] ?? ""))).toBe(0);
    const [head, ...rows] = outputs
      .map((file) => readFileSync(file, "utf8"))
      .join("")
      .trimEnd()
      .split("\n");
    expect(head).toBe("id");
    expect(new Set(rows).size).toBe(300);
    expect(rows).not.toContain("id");
  });

  test("refuses another command, another input, another kind of file", async () => {
    const state = join(place, "state");
    const run = (stdin: string, ...args: string[]) => stream(echo, stdin, "--checkpoint", state, ...args);
    expect(await run("1\n2\n")).toMatchObject({ exitCode: 0, stdout: "1\n2\n" });
    expect(await run("1\n2\n3\n")).toMatchObject({ exitCode: 0, stdout: "3\n" });
    expect(await run("1\n2\n", "--envelope")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("the checkpoint of another command: --envelope differs"),
    });
    expect(await run("9\n2\n")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("of another input") });
    writeFileSync(state, "notes\n");
    expect(await run("1\n")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is not a checkpoint") });
    expect(readFileSync(state, "utf8")).toBe("notes\n");
    expect(await stream(echo, "1\n", "--checkpoint", "/no/such/folder/x")).toMatchObject({ exitCode: 6 });
  });
});
