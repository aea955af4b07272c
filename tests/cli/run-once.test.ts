import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, shell, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const echo = makeTask(folder.path, { label: "echo", main: "(function (input) { return input; })" });
const fail = makeTask(folder.path, {
  label: "fail",
  main: 'function main(input) {\n  throw new RateLimitError("slow down");\n}\nmain;',
});
const talk = makeTask(folder.path, {
  label: "talk",
  main: '(function () { console.debug("d"); console.log("l"); console.info("i"); console.warn("w"); console.error("e"); return 1; })',
});
const loop = makeTask(folder.path, { label: "loop", main: "(function () { for (;;); })" });
const hoard = makeTask(folder.path, {
  label: "hoard",
  main: '(function () { const all = []; for (;;) all.push("x".repeat(100000) + all.length); })',
});
const strict = makeTask(folder.path, {
  label: "strict",
  main: "(function (input) { return input.bad ? 5 : { ok: true }; })",
  inputSchema: { type: "object", properties: { n: { type: "integer" } } },
  outputSchema: { type: "object" },
});

function run(task: string, ...args: string[]) {
  return ratchet(["run-once", "--from-fs", task, ...args]);
}

describe("the result", () => {
  test("is one line of JSON on stdout, and nothing is on stderr", async () => {
    expect(await run("tasks/addition", "--input-json", '{"num1":5,"num2":10}')).toEqual({
      exitCode: 0,
      stdout: '{"sum":15}\n',
      stderr: "",
    });
  });

  test("is an error for numbers out of range, instead of null", async () => {
    const { exitCode, stdout, stderr } = await run(echo, "--input-json", '{"a":[null,-1e400]}');
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain("the number -1e400 is beyond 1.8e308, the largest possible, at line 1, column 12");
    expect((await run(echo, "--input-json", "[1e308,null,1e-400]")).stdout).toBe("[1e+308,null,0]\n");
  });

  test("without an input option comes of the input {}", async () => {
    expect(await run(echo)).toEqual({ exitCode: 0, stdout: "{}\n", stderr: "" });
  });

  test("is whatever JSON holds, unchanged", async () => {
    for (const json of [
      "null",
      "false",
      "-0.5e-7",
      '""',
      '"\\ud800 \\u2028 \u{1f642} \\u0000"',
      "[]",
      '{"__proto__":{"x":1},"constructor":2,"":3}',
    ]) {
      const { exitCode, stdout, stderr } = await run(echo, "--input-json", json);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(JSON.stringify(JSON.parse(stdout))).toBe(JSON.stringify(JSON.parse(json)));
    }
  });

  test("is indented with --pretty, and not with --no-pretty over a configuration that says so", async () => {
    const pretty = '{\n  "a": [\n    1\n  ]\n}\n';
    expect((await run(echo, "--pretty", "--input-json", '{"a":[1]}')).stdout).toBe(pretty);
    const env = { RATCHET_PRETTY: "true" };
    const args = ["run-once", "--from-fs", echo, "--input-json", '{"a":[1]}'];
    expect((await ratchet(args, { env })).stdout).toBe(pretty);
    expect((await ratchet([...args, "--no-pretty"], { env })).stdout).toBe('{"a":[1]}\n');
  });

  test("is without quotes with --raw when it is a text", async () => {
    expect((await run(echo, "--raw", "--input-json", '"a\\n\\"b\\""')).stdout).toBe('a\n"b"\n');
    expect((await run(echo, "--raw", "--input-json", "[1]")).stdout).toBe("[1]\n");
  });

  test("of --dry-run is empty, and nothing runs", async () => {
    const { exitCode, stdout, stderr } = await run(loop, "--dry-run");
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    const invalid = await run(strict, "--dry-run", "--set", "n=x");
    expect(invalid).toMatchObject({ exitCode: 3, stdout: "" });
    expect(invalid.stderr).toContain("/n");
    const broken = makeTask(folder.path, { label: "broken", main: "(function ( { return 1 })" });
    expect(await run(broken, "--dry-run")).toMatchObject({ exitCode: 3, stdout: "" });
  });
});

describe("the input", () => {
  test("comes from a file, from standard input, and from --set over either", async () => {
    const file = join(folder.path, "input.json");
    writeFileSync(file, '{"a":1,"b":2}');
    expect((await run(echo, "--input-file", file)).stdout).toBe('{"a":1,"b":2}\n');
    const args = ["run-once", "--from-fs", echo, "--input-file", "-"];
    expect((await ratchet(args, { stdin: " [1] \n" })).stdout).toBe("[1]\n");
    expect((await run(echo, "--input-file", file, "--set", "b=3", "--set", "c.d=x")).stdout).toBe(
      '{"a":1,"b":3,"c":{"d":"x"}}\n',
    );
    expect((await run("tasks/addition", "--set", "num1=5", "--set", "num2=10")).stdout).toBe('{"sum":15}\n');
    expect((await ratchet(["run-once", "--from-fs", echo, "--set", "k=@-"], { stdin: "text\n" })).stdout).toBe(
      '{"k":"text"}\n',
    );
  });

  test("is read from standard input only when asked, so that a loop over lines is safe", async () => {
    const { stdout, stderr } = await shell(
      `printf '1\\n2\\n3\\n' | while read n; do $RATCHET run-once --from-fs tasks/addition --set num1=$n --set num2=0; done`,
    );
    expect(stdout).toBe('{"sum":1}\n{"sum":2}\n{"sum":3}\n');
    expect(stderr).toBe("");
  });

  const big = '{"a":"'.concat("x".repeat(3_000_000), '"}');
  test("may be large", async () => {
    const { stdout, stderr } = await ratchet(
      ["run-once", "--from-fs", echo, "--input-file", "-", "--memory", "256MB"],
      { stdin: big },
    );
    expect(stderr).toBe("");
    expect(stdout).toBe(`${big}\n`);
  });

  test("with a byte order mark is read", async () => {
    const args = ["run-once", "--from-fs", echo, "--input-file", "-"];
    expect((await ratchet(args, { stdin: "\ufeff[1]" })).stdout).toBe("[1]\n");
  });

  test.each([
    ["empty", "", "is not valid JSON: the text ends where a value is expected, at line 1, column 1."],
    ["no JSON", "{a:1}", '"a" found where a name in double quotes is expected, at line 1, column 2.'],
    ["cut off", '{"a":\n[1,', "the text ends where a value is expected, at line 2, column 4."],
    ["two values", "{} {}", '"{" found where the end is expected, at line 1, column 4.'],
    ["a name twice", '{"a":1,\n "a":2}', 'the name "a" occurs twice in the same object, at line 2, column 2.'],
    ["very deep", "[".repeat(100_000) + "]".repeat(100_000), "nested deeper than "],
    ["very deep objects", '{"a":'.repeat(100_000), "nested deeper than "],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), "standard input is UTF-16 text."],
    ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), "standard input is not UTF-8 text."],
  ])("that is %s ends with 3 and says where", async (_, stdin, message) => {
    const run = await ratchet(["run-once", "--from-fs", echo, "--input-file", "-"], { stdin });
    expect(run).toMatchObject({ exitCode: 3, stdout: "" });
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain("\nhint: ");
    expect(run.stderr).not.toContain(" at ../");
  });

  test("that does not fit the schema ends with 3 and says where", async () => {
    const run = await ratchet(["run-once", "--from-fs", strict, "--set", "n=1.5", "--error-format", "json"]);
    expect(run).toMatchObject({ exitCode: 3, stdout: "" });
    const { error } = JSON.parse(run.stderr);
    expect(error).toMatchObject({ code: "INVALID_INPUT", exitCode: 3, data: { violations: [{ pointer: "/n" }] } });
    expect(error.remedy).toBeString();
  });

  test("that is missing, a folder or unreadable ends with 3", async () => {
    const secret = join(folder.path, "secret.json");
    writeFileSync(secret, "{}");
    chmodSync(secret, 0);
    const cases: [string, string][] = [
      ["/no/such/file.json", "error: /no/such/file.json cannot be read: no such file or folder.\n"],
      [folder.path, `error: ${folder.path} cannot be read: it is a folder.\n`],
      ...(process.getuid?.() === 0
        ? []
        : ([[secret, `error: ${secret} cannot be read: permission denied.\n`]] as [string, string][])),
    ];
    for (const [path, message] of cases) {
      const result = await run(echo, "--input-file", path);
      expect(result).toMatchObject({ exitCode: 3, stdout: "" });
      expect(result.stderr).toStartWith(message);
    }
  });

  test("from a closed standard input ends with 3", async () => {
    const { exitCode, stdout, stderr } = await shell(`exec $RATCHET run-once --from-fs '${echo}' --input-file - <&-`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toStartWith("error: standard input ");
  });
});

describe("the task's failures have an exit code each", () => {
  test("1 for an error that it threw, named with its type and place", async () => {
    const text = await run(fail);
    expect(text).toMatchObject({ exitCode: 1, stdout: "" });
    expect(text.stderr).toContain("slow down");
    expect(text.stderr).toContain("RateLimitError");
    expect(text.stderr).toContain("main.js:2");
    const json = await run(fail, "--error-format", "json");
    expect(JSON.parse(json.stderr).error).toMatchObject({
      code: "TASK_FAILED",
      exitCode: 1,
      guest: { name: "RateLimitError", message: "slow down", status: 429 },
    });
  });

  test("what stands behind an error is shown with it, each message once", async () => {
    const task = makeTask(folder.path, {
      label: "behind",
      main: `class Quota extends Error {}
function main() {
  const quota = new Quota("used up", { cause: new TypeError("inner") });
  throw new AggregateError([quota, "plain"], "all failed");
}`,
    });
    const { stderr } = await run(task);
    expect(stderr.split("\n")).toMatchObject([
      "error: AggregateError: all failed",
      expect.stringMatching(/^ {4}at main \(main\.js:4:\d+\)$/),
      "    errors[0]: Error: used up",
      expect.stringMatching(/^ {6}at Quota /),
      expect.stringMatching(/^ {6}at main \(main\.js:3:\d+\)$/),
      "      cause: TypeError: inner",
      expect.stringMatching(/^ {8}at main \(main\.js:3:\d+\)$/),
      "    errors[1]: Error: plain",
      expect.stringMatching(/^hint: /),
      "",
    ]);
    const { error } = JSON.parse((await run(task, "--error-format", "json")).stderr);
    expect(error.guest).toMatchObject({
      name: "AggregateError",
      stack: expect.stringMatching(/^AggregateError: all failed\n {4}at main /),
      errors: [
        { classes: ["Quota", "Error"], message: "used up", cause: { name: "TypeError", message: "inner" } },
        { message: "plain" },
      ],
    });
  });

  test("a failed request names its URL once", async () => {
    const url = "http://127.0.0.1:1/somewhere";
    const task = makeTask(folder.path, { label: "refused", main: `async () => { await fetch("${url}"); }` });
    const { stderr } = await run(task);
    expect(stderr.split(url)).toHaveLength(2);
  });

  test("3 for an output that its schema does not allow", async () => {
    const { exitCode, stdout, stderr } = await run(strict, "--set", "bad=true");
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain("output.schema.json");
  });

  test("4 for the time limit", async () => {
    const { exitCode, stdout, stderr } = await run(loop, "--timeout", "200ms");
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(stderr).toStartWith("error: ");
  });

  test("5 for the memory limit", async () => {
    const { exitCode, stdout } = await run(hoard, "--memory", "16MB");
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: "" });
  });

  test("3 for a task that is missing, no task, or broken", async () => {
    const empty = join(folder.path, "empty");
    mkdirSync(empty);
    for (const path of ["/no/such/task", empty, "tests/samples/broken"]) {
      const result = await run(path);
      expect(result).toMatchObject({ exitCode: 3, stdout: "" });
      expect(result.stderr).toMatch(/^error: .+\nhint: /);
    }
  });

  test("3 for a collection without --task, or with a label it does not have", async () => {
    expect((await run("tasks", "--task", "addition", "--set", "num1=1", "--set", "num2=2")).stdout).toBe('{"sum":3}\n');
    expect(await run("tasks")).toMatchObject({ exitCode: 3, stdout: "" });
    const near = await run("tasks", "--task", "additoin");
    expect(near).toMatchObject({ exitCode: 3, stdout: "" });
    expect(near.stderr).toContain('Did you mean "addition"?');
  });
});

describe("the task's console", () => {
  const lines: Record<string, string> = {
    debug: "[debug] d\n[info] l\n[info] i\n[warn] w\n[error] e\n",
    info: "[info] l\n[info] i\n[warn] w\n[error] e\n",
    warn: "[warn] w\n[error] e\n",
    error: "[error] e\n",
    silent: "",
  };

  test.each(Object.entries(lines))("at level %s", async (level, stderr) => {
    expect(await run(talk, "--log-level", level)).toEqual({ exitCode: 0, stdout: "1\n", stderr });
  });

  test("is shown from level info by default, and the configuration can change that", async () => {
    expect((await run(talk)).stderr).toBe(lines.info ?? "");
    const env = { RATCHET_LOG_LEVEL: "error" };
    expect((await ratchet(["run-once", "--from-fs", talk], { env })).stderr).toBe(lines.error ?? "");
  });

  test("is JSON when errors are", async () => {
    const { stderr } = await run(talk, "--error-format", "json", "--log-level", "error");
    expect(JSON.parse(stderr)).toEqual({ log: { level: "error", message: "e", time: expect.any(Number) } });
  });

  test("cannot drive the terminal", async () => {
    const main = '(function () { console.log("\\u001b[2J\\u009b31m\\r\\u0007red\\nnext\\ttab"); return 1; })';
    const task = makeTask(folder.path, { label: "escape", main });
    expect((await run(task)).stderr).toBe("[info] \\u001b[2J\\u009b31m\\u000d\\u0007red\n  | next\ttab\n");
  });

  test("cannot pass for a line of ours, nor turn the direction of one", async () => {
    const forged = "x\nerror: forged\n[error] forged\nhint: forged\u202e\u2066\u200f\u061c\u009b1m";
    const code = JSON.stringify(forged);
    const main = `(function () { console.warn(${code}); throw new Error(${code}); })`;
    const task = makeTask(folder.path, { label: "forger", main });
    const { stderr } = await run(task);
    const lines = stderr.trimEnd().split("\n");
    expect(lines.filter((line) => /^(?:error:|\[error\]|hint:)/.test(line))).toHaveLength(2);
    expect(lines.filter((line) => line.trim() === "| error: forged").length).toBeGreaterThanOrEqual(2);
    const json = await run(task, "--error-format", "json");
    for (const text of [stderr, json.stderr])
      expect(text).not.toMatch(/[\u007f-\u009f\u061c\u200f\u202a-\u202e\u2066-\u2069]/);
    const [log, error] = json.stderr.trimEnd().split("\n");
    expect(JSON.parse(log ?? "").log.message).toBe(forged);
    expect(JSON.parse(error ?? "").error.guest.message).toBe(forged);
  });
});
