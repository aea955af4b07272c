import { afterAll, describe, expect, test } from "bun:test";
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { eventually, untilSteady } from "../support/eventually.ts";
import { makeTask } from "../support/made-task.ts";
import { RATCHET, ratchet, shell, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const echo = makeTask(folder.path, { label: "echo", main: "(function (input) { return input; })" });
/** Answers late when told so, fails when told so, counts what it can remember. */
const varied = makeTask(folder.path, {
  label: "varied",
  main: `let runs = 0;
    async function main(input) {
      runs++;
      if (input.wait) await new Promise((done) => setTimeout(done, input.wait));
      if (input.fail) throw new ValidationError(input.fail);
      if (input.log) console.log(input.log);
      return { id: input.id, runs };
    }
    main;`,
});

function stream(task: string, stdin: string | Uint8Array, ...args: string[]) {
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

describe("--ndjson", () => {
  test("prints one result per line in the order of the input, each from its own machine", async () => {
    const ids = [...Array(500).keys()];
    const { exitCode, stdout, stderr } = await stream(
      varied,
      lines(...ids.map((id) => ({ id, wait: id % 7 === 0 ? 15 : 0 }))),
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(parsed(stdout)).toEqual(ids.map((id) => ({ id, runs: 1 })));
  });

  test("takes any JSON value a line: blank lines, CRLF, a byte order mark, a last line without its end", async () => {
    const { exitCode, stdout, stderr } = await stream(echo, '\ufeff1\r\n\n "a" \n\t\r\n[null]\r\n{"x":"ä🙂"}');
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '1\n"a"\n[null]\n{"x":"ä🙂"}\n', stderr: "" });
  });

  test("of nothing gives nothing", async () => {
    expect(await stream(echo, "")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await stream(echo, "\n\n")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("reads a file too", async () => {
    const file = join(folder.path, "in.ndjson");
    writeFileSync(file, "1\n2\n");
    expect(await ratchet(["run-once", "--from-fs", echo, "--ndjson", "--input-file", file])).toEqual({
      exitCode: 0,
      stdout: "1\n2\n",
      stderr: "",
    });
  });

  test("prints the result of each line before the next one arrives", async () => {
    const { stdout } = await shell(
      `coproc R { $RATCHET run-once --from-fs '${echo}' --ndjson; }
       for n in 1 2 3; do echo $n >&\${R[1]}; read -r answer <&\${R[0]}; echo "got $answer"; done`,
    );
    expect(stdout).toBe("got 1\ngot 2\ngot 3\n");
  });

  test("puts an error in the place of a line that fails, and ends with 1", async () => {
    const { exitCode, stdout, stderr } = await stream(
      varied,
      '{"id":0}\n{"id":1,"fail":"no"}\n{"id":2,\nnope\n{"a":1,"a":2}\n\n{"id":3}\n\xff\n'.concat(
        "[".repeat(100_000),
        "\n",
      ),
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "6 of 8 lines failed, first: line 2\n" });
    const results = parsed(stdout) as { error?: { code: string; message: string } }[];
    expect(results.map((result) => result.error?.code ?? "ok")).toEqual([
      "ok",
      "TASK_FAILED",
      "INVALID_JSON",
      "INVALID_JSON",
      "INVALID_JSON",
      "ok",
      "INVALID_JSON",
      "INVALID_JSON",
    ]);
    expect(results[1]).toMatchObject({
      error: { message: "ValidationError: no", guest: { name: "ValidationError", message: "no" }, exitCode: 1 },
    });
    expect(results[2]?.error?.message).toContain("line 3");
    expect(results[4]?.error?.message).toContain("line 5, column 8");
    expect(results[6]?.error?.message).toContain("line 8");
  });

  test("reports bytes that are not UTF-8, and goes on", async () => {
    const { exitCode, stdout } = await stream(echo, new Uint8Array([0x31, 10, 0x22, 0xff, 0x22, 10, 0x32, 10]));
    expect(exitCode).toBe(1);
    expect(parsed(stdout)).toEqual([
      1,
      { error: expect.objectContaining({ code: "INVALID_JSON", message: "line 2 is not UTF-8 text." }) },
      2,
    ]);
  });

  test("reports a line that is too long without keeping it", async () => {
    const { exitCode, stdout } = await stream(echo, `1\n"${"x".repeat(17 * 1024 * 1024)}"\n2\n`);
    expect(exitCode).toBe(1);
    expect(parsed(stdout)).toEqual([1, { error: expect.objectContaining({ code: "INVALID_INPUT" }) }, 2]);
  });

  test("counts the failed lines in one line of JSON, too", async () => {
    const input = `\n${lines({ id: 1 }, { fail: "x" })}\n\n`;
    const { exitCode, stderr } = await stream(varied, input, "--unordered", "--error-format", "json");
    expect(exitCode).toBe(1);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: "LINES_FAILED",
        message: "1 of 2 lines failed, first: line 3",
        remedy: "The output has an error in the place of each failed line.",
        data: { failed: 1, lines: 2, firstFailed: 3 },
        exitCode: 1,
      },
    });
  });

  test("stays within a limit for each line", async () => {
    const loop = makeTask(folder.path, { label: "loop", main: "(function (n) { while (n) ; return 1; })" });
    const { exitCode, stdout } = await stream(loop, "0\n1\n0\n1\n0\n", "--timeout", "100ms");
    expect(exitCode).toBe(1);
    expect(
      parsed(stdout).map((result) => (result === 1 ? 1 : (result as { error: { code: string } }).error.code)),
    ).toEqual([1, "TIME_LIMIT", 1, "TIME_LIMIT", 1]);
  });

  test("a task that can't run at all is one error, not one per line", async () => {
    const { exitCode, stdout, stderr } = await stream("tests/samples/broken", "1\n2\n");
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toStartWith("error: ");
  });

  test("an input that is missing or a folder is one error too", async () => {
    for (const path of ["/no/such/file", folder.path]) {
      const run = await ratchet(["run-once", "--from-fs", echo, "--ndjson", "--input-file", path]);
      expect(run).toMatchObject({ exitCode: 3, stdout: "" });
      expect(run.stderr).toStartWith(`error: ${path} cannot be read: `);
    }
  });

  test("names the line of a console message", async () => {
    const { stderr } = await stream(varied, lines({ id: 1 }, { id: 2, log: "hello" }));
    expect(stderr).toBe("[info] line 2: hello\n");
  });
});

describe("--unordered and --envelope", () => {
  test("results come as they are ready, with the number of their line", async () => {
    const { exitCode, stdout, stderr } = await stream(
      varied,
      `\n${lines({ id: "slow", wait: 300 }, { id: "quick" }, { fail: "no" })}nope\n`,
      "--unordered",
      "--envelope",
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "2 of 4 lines failed, first: line 4\n" });
    const results = parsed(stdout) as { line: number }[];
    expect(results.at(-1)?.line).toBe(2);
    expect(results.toSorted((a, b) => a.line - b.line)).toEqual([
      { line: 2, ok: true, output: { id: "slow", runs: 1 }, durationMs: expect.any(Number) },
      { line: 3, ok: true, output: { id: "quick", runs: 1 }, durationMs: expect.any(Number) },
      { line: 4, ok: false, error: expect.objectContaining({ code: "TASK_FAILED" }), durationMs: expect.any(Number) },
      { line: 5, ok: false, error: expect.objectContaining({ code: "INVALID_JSON" }), durationMs: 0 },
    ] as never);
  });

  test("one at a time keeps the order by itself", async () => {
    const { stdout } = await stream(
      varied,
      lines({ id: 1, wait: 60 }, { id: 2 }, { id: 3 }),
      "--unordered",
      "--concurrency",
      "1",
    );
    expect(parsed(stdout)).toEqual([1, 2, 3].map((id) => ({ id, runs: 1 })));
  });
});

describe("--fail-fast", () => {
  const input = lines({ id: 0, wait: 100 }, { id: 1 }, { fail: "stop here" }, { id: 3, wait: 60_000 }, { id: 4 });

  test("writes what came before the failed line, that line, and nothing after it", async () => {
    const { exitCode, stdout, stderr } = await stream(varied, input, "--fail-fast");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "1 of 3 lines failed, first: line 3\n" });
    expect(parsed(stdout)).toEqual([
      { id: 0, runs: 1 },
      { id: 1, runs: 1 },
      { error: expect.objectContaining({ message: "ValidationError: stop here" }) },
    ]);
  });

  test("reads no further", async () => {
    const { stdout } = await shell(
      `(printf '{"fail":"x"}\\n'; yes '{"id":1}') | $RATCHET run-once --from-fs '${varied}' --ndjson --fail-fast; echo $?`,
    );
    expect(stdout).toEndWith("\n1\n");
    expect(parsed(stdout)).toHaveLength(2);
  });
});

describe("--output", () => {
  const target = join(folder.path, "results.ndjson");

  test("holds all results, failed lines too, and stdout nothing", async () => {
    expect(await stream(varied, lines({ id: 1 }, { fail: "x" }), "--output", target)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "1 of 2 lines failed, first: line 2\n",
    });
    expect(parsed(readFileSync(target, "utf8"))).toEqual([
      { id: 1, runs: 1 },
      { error: expect.objectContaining({ code: "TASK_FAILED" }) },
    ]);
  });

  test("keeps its old content when the stream was stopped", async () => {
    writeFileSync(target, "old\n");
    const { exitCode } = await stream(
      varied,
      lines({ id: 1 }, { fail: "x" }, { id: 2 }),
      "--output",
      target,
      "--fail-fast",
    );
    expect(exitCode).toBe(1);
    expect(readFileSync(target, "utf8")).toBe("old\n");
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("may be the file that is read", async () => {
    writeFileSync(target, "1\n2\n");
    await ratchet(["run-once", "--from-fs", echo, "--ndjson", "--input-file", target, "--output", target]);
    expect(readFileSync(target, "utf8")).toBe("1\n2\n");
    expect(existsSync(`${target}.tmp`)).toBe(false);
  });
});

test("if nobody reads the output, the input is not read either, and nothing is lost", async () => {
  const input = join(folder.path, "large.ndjson");
  const pipe = join(folder.path, "pipe");
  const text = `"${"x".repeat(8_000)}"\n`;
  writeFileSync(input, text.repeat(3_000));
  await shell(`mkfifo '${pipe}'`);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const process = Bun.spawn([RATCHET, "run-once", "--from-fs", echo, "--ndjson", "--input-file", input], {
    stdout: Bun.file(pipe),
    stderr: "pipe",
    env: {},
  });
  const position = () => inputPosition(process.pid, input);
  await eventually(() => position() > 0);
  expect(await untilSteady(position, 100)).toBeLessThan(6_000_000);
  // Not maxRSS: that begins with the memory of the process that started it, here the test runner.
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process.pid}/status`, "utf8"))?.[1];
  expect(Number(peak) * 1024).toBeLessThan(300 * 1024 * 1024);
  const output = Bun.file(pipe).text();
  expect(await process.exited).toBe(0);
  expect(await output).toBe(text.repeat(3_000));
  closeSync(reader);
}, 120_000);

/** How far a process has read a file, bytes. */
function inputPosition(pid: number, file: string): number {
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      if (readlinkSync(`/proc/${pid}/fd/${descriptor}`) !== file) continue;
      return Number(/pos:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "utf8"))?.[1]);
    } catch {
      // It was closed meanwhile.
    }
  }
  return 0;
}
