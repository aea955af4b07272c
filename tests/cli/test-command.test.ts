import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { exitCode, ratchet, startRatchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const MAIN = `(async function (input) {
  if (input.fail) throw new ValidationError(input.fail);
  if (input.url) {
    const answer = await fetch(input.url, { method: input.method ?? "GET" });
    return { status: answer.status, body: await answer.text() };
  }
  console.log("got " + JSON.stringify(input));
  return { n: input.n * 2 };
})`;

const collection = join(folder.path, "tasks");
mkdirSync(collection);
const good = makeTask(collection, {
  label: "good",
  main: MAIN,
  tests: {
    "double.json": { input: { n: 2 }, expected_output: { n: 4 } },
    "by-type.json": { input: { fail: "no such thing" }, expected_error: "ValidationError" },
    "by-message.json": { input: { fail: "no such thing" }, expected_error: "such" },
    "mocked.json": {
      input: { url: "https://api.test/a", method: "POST" },
      expected_output: { status: 201, body: "made" },
      mock: { http: [{ url: "api.test/b" }, { url: "api.test/a", method: "POST", status: 201, body: "made" }] },
    },
  },
});
const bad = makeTask(join(folder.path), {
  label: "bad",
  main: MAIN,
  tests: {
    "different.json": { input: { n: 2 }, expected_output: { n: 5, list: [1] } },
    "no-error.json": { input: { n: 1 }, expected_error: "TypeError" },
    "other-error.json": { input: { fail: "this" }, expected_error: "that" },
    "unexpected-error.json": { input: { fail: "<&\"'>\u0001" }, expected_output: {} },
    "no-network.json": { input: { url: "https://api.test/x" }, expected_output: {}, mock: { http: { url: "/other" } } },
    "right.json": { input: { n: 1 }, expected_output: { n: 2 } },
  },
});

function run(task: string, ...args: string[]) {
  return ratchet(["test", "--from-fs", task, ...args]);
}

describe("ratchet test", () => {
  test("ends with 0 when all tests pass", async () => {
    const { exitCode, stdout, stderr } = await run(good);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(
      /^pass {2}good: by-message \(.+\)\npass {2}good: by-type .+\npass {2}good: double .+\npass {2}good: mocked .+\n {6}unused mock: ANY api\.test\/b\n4 passed, 0 failed \(\d+ ms\)\n$/,
    );
  });

  test("ends with 1 when one fails, and says of each what is wrong and how it differs", async () => {
    const { exitCode, stdout, stderr } = await run(bad);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    for (const text of [
      "FAIL  bad: different\n",
      '/n: expected 5, got 4\n        /list: missing, expected [1]\n      [info] got {"n":2}\n',
      'expected an error (TypeError), but the task returned a result\n        the result: {"n":2}\n',
      'expected the error "that", got: ValidationError: this\n',
      "ValidationError: <&\"'>\\u0001\n",
      "no mock matches GET https://api.test/x",
      "unused mock: ANY /other\n",
      "pass  bad: right",
      "1 passed, 5 failed",
    ]) {
      expect(stdout).toContain(text);
    }
  });

  test("--filter and --task choose, and choosing nothing is an error", async () => {
    expect((await run(good, "--filter", "DOUBLE")).stdout).toContain("1 passed, 0 failed");
    expect((await run(good, "--filter", "good by")).stdout).toContain("2 passed, 0 failed");
    expect((await run(collection, "--task", "good")).stdout).toContain("4 passed, 0 failed");
    expect(await run(good, "--filter", "nothing")).toEqual({
      exitCode: 3,
      stdout: expect.stringContaining("0 passed, 0 failed"),
      stderr: `error: No test matches --filter "nothing".\nhint: ${good} has 4 tests: give a part of a task's label or of a test's name, or pass --allow-empty.\n`,
    });
    expect(await run(good, "--filter", "nothing", "--allow-empty")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await run(collection, "--task", "goo")).toMatchObject({ exitCode: 3, stdout: "" });
  });

  test("a file that is not a test is reported and fails the command, but the tests run", async () => {
    const task = makeTask(folder.path, {
      label: "odd",
      main: MAIN,
      tests: {
        "ok.json": { input: { n: 1 }, expected_output: { n: 2 } },
        "broken.json": '{"input": ',
        "nothing.json": {},
      },
    });
    const { exitCode, stdout } = await run(task);
    expect(exitCode).toBe(3);
    expect(stdout).toContain("pass  odd: ok");
    expect(stdout).toContain(`${task}/tests/broken.json:1:`);
    expect(stdout).toContain(`${task}/tests/nothing.json:`);
    expect(stdout).toContain("1 passed, 0 failed, ");
  });

  test("a task without tests is an error, unless that is allowed", async () => {
    const untested = makeTask(folder.path, { label: "untested", main: MAIN });
    const report = expect.stringContaining("0 passed, 0 failed");
    expect(await run(untested)).toEqual({
      exitCode: 3,
      stdout: report,
      stderr: `error: ${untested} has no tests.\nhint: Add files such as tests/first.json with an input and an expected_output, or pass --allow-empty.\n`,
    });
    expect(await run(untested, "--allow-empty")).toEqual({ exitCode: 0, stdout: report, stderr: "" });
  });

  test("a collection may hold tasks without tests", async () => {
    using mixed = temporaryFolder();
    makeTask(mixed.path, { label: "untested", main: MAIN });
    makeTask(mixed.path, {
      label: "tested",
      main: MAIN,
      tests: { "a.json": { input: { n: 1 }, expected_output: { n: 2 } } },
    });
    expect(await run(mixed.path)).toMatchObject({ exitCode: 0, stderr: "" });
    const { exitCode, stderr } = await run(mixed.path, "--task", "untested");
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining(`error: The task "untested" in ${mixed.path} has no tests.`),
    ]);
  });

  test.each([
    ["without tests", {}],
    ["with tests", { "a.json": { input: { n: 1 }, expected_output: { n: 2 } } }],
  ])("a program that does not parse is one problem: %s", async (_, tests) => {
    using place = temporaryFolder();
    const broken = makeTask(place.path, { label: "broken", main: "function main( {", tests });
    const { exitCode, stdout } = await run(broken, "--allow-empty");
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: expect.stringContaining("main.js:1:") });
    expect(stdout).toContain("0 passed, 0 failed, 1 problem in files");
  });

  test("files that are not .json are ignored", async () => {
    const task = makeTask(folder.path, {
      label: "documented",
      main: MAIN,
      tests: { "README.md": "# Tests", "a.json": { input: { n: 1 }, expected_output: { n: 2 } } },
    });
    expect(await run(task)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 passed, 0 failed (") });
  });

  test("mocks in the older form are honoured, with a warning", async () => {
    const task = makeTask(folder.path, {
      label: "older",
      main: "function main() { const r = fetch('http://api.test/x'); return [r.status, r.headers.get('x-a'), r.body]; }",
      tests: {
        "response.json": {
          input: {},
          expected_output: [503, "b", { c: 1 }],
          mock: { http: { url: "/x", response: { status: 503, headers: { "x-a": "b" }, body: { c: 1 } } } },
        },
        "request.json": {
          input: {},
          expected_output: [200, null, "text"],
          mock: { http: [{ request: { url: "/x", method: "GET" }, response: { body: "text" } }] },
        },
      },
    });
    const { exitCode, stdout } = await run(task);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining("2 passed, 0 failed") });
    expect(stdout).toContain('warning: The field "response" is an older form of mocks; it still works.');
    expect(stdout).toContain("Write its members (status, headers, body) directly into the mock.");
  });

  test("a test that would never end is stopped", async () => {
    const tests = {
      "loop.json": { input: {}, expected_output: 1 },
      "limit.json": { input: {}, expected_error: "TIME_LIMIT" },
    };
    const task = makeTask(folder.path, { label: "endless", main: "(function () { for (;;); })", tests });
    const { exitCode, stdout } = await run(task, "--timeout", "100ms");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("FAIL  endless: loop\n");
    expect(stdout).toContain("pass  endless: limit");
    expect(stdout).toContain("TIME_LIMIT: ");
  });

  test("the sample tasks pass", async () => {
    for (const label of ["addition", "greeting", "weather"]) {
      expect(await run("tasks", "--task", label)).toMatchObject({ exitCode: 0, stderr: "" });
    }
  });
});

describe("reporters", () => {
  test("json", async () => {
    const { exitCode, stdout, stderr } = await run(bad, "--reporter", "json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ passed: 1, failed: 5, durationMs: expect.any(Number), problems: [] });
    expect(report.tests).toHaveLength(6);
    expect(report.tests[0]).toMatchObject({
      task: "bad",
      name: "different",
      file: `${bad}/tests/different.json`,
      status: "failed",
      failure: { differences: ["/n: expected 5, got 4", "/list: missing, expected [1]"] },
    });
    expect(report.tests[4]).toMatchObject({ name: "right", status: "passed" });
    expect(Object.keys(JSON.parse((await run(good, "--json")).stdout))).toEqual(Object.keys(report));
  });

  test("junit is well-formed XML with the counts that servers read", async () => {
    const { exitCode, stdout } = await run(bad, "--reporter", "junit");
    expect(exitCode).toBe(1);
    expect(stdout).toStartWith(
      '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ratchet" tests="6" failures="5" errors="0"',
    );
    expect(stdout).toContain('<testcase classname="bad" name="right"');
    expect(stdout).toContain("ValidationError: &lt;&amp;&quot;'&gt;\ufffd");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    const open: string[] = [];
    for (const [, close, name, self] of stdout.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
      if (close === "/") expect(open.pop()).toBe(name ?? "");
      else if (self !== "/") open.push(name ?? "");
    }
    expect(open).toEqual([]);
  });

  test("tap", async () => {
    const { stdout } = await run(bad, "--reporter", "tap");
    const lines = stdout.split("\n");
    expect(lines.slice(0, 3)).toEqual(["TAP version 14", "1..6", "not ok 1 - bad: different"]);
    expect(lines.filter((line) => /^(not )?ok \d+ - /.test(line))).toHaveLength(6);
    expect(lines).toContain("ok 5 - bad: right");
    expect(stdout).toContain('  differences: ["/n: expected 5, got 4","/list: missing, expected [1]"]');
  });
});

describe("--watch", () => {
  test("runs again after each change, also one that breaks the task, until it is interrupted", async () => {
    const tests = { "double.json": { input: { n: 2 }, expected_output: { n: 4 } } };
    const task = makeTask(folder.path, { label: "watched", main: MAIN, tests });
    const process = startRatchet(["test", "--from-fs", task, "--watch"]);
    const seen = { stdout: "", stderr: "" };
    const pump = async (name: "stdout" | "stderr") => {
      for await (const part of process[name]) {
        seen[name] += new TextDecoder().decode(part);
        news();
      }
    };
    let news = () => {};
    void pump("stdout");
    void pump("stderr");
    const until = async (name: "stdout" | "stderr", text: string) => {
      while (!seen[name].includes(text)) await new Promise<void>((resolve) => (news = resolve));
      seen[name] = "";
    };
    const main = join(task, "main.js");
    const source = readFileSync(main, "utf8");
    await until("stdout", "1 passed, 0 failed");
    writeFileSync(main, source.replace("* 2", "* 3"));
    await until("stdout", "0 passed, 1 failed");
    writeFileSync(join(task, "metadata.json"), "{");
    await until("stdout", "not valid JSON");
    writeFileSync(
      join(task, "metadata.json"),
      JSON.stringify({ uuid: crypto.randomUUID(), version: "1.0.0", label: "watched", description: "" }),
    );
    await until("stdout", "0 passed, 1 failed");
    writeFileSync(join(task, "tests", "triple.json"), JSON.stringify({ input: { n: 1 }, expected_output: { n: 3 } }));
    await until("stdout", "1 passed, 1 failed");
    process.kill("SIGINT");
    expect(await exitCode(process)).toBe(130);
  });
});
