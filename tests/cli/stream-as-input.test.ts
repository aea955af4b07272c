import { afterAll, describe, expect, test } from "bun:test";
import { makeTask } from "../support/made-task.ts";
import { exitCode, ratchet, startRatchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const total = makeTask(folder.path, {
  label: "total",
  metadata: { stream: true },
  inputSchema: { type: "object", properties: { amount: { type: "number" } }, required: ["amount"] },
  main: `async function* main(rows) {
    let total = 0;
    try {
      for await (const { amount } of rows) yield { total: (total += amount) };
    } finally {
      console.log("closed");
    }
  }`,
});
const collect = makeTask(folder.path, {
  label: "collect",
  metadata: { stream: true },
  main: `async (rows) => {
    const seen = [];
    for await (const row of rows) {
      seen.push(row);
      if (row === "stop") break;
    }
    return seen;
  }`,
});
const run = (task: string, stdin: string, ...args: string[]) =>
  ratchet(["run-once", "--from-fs", task, "--ndjson", ...args], { stdin });

describe("a task with `stream` in its metadata", () => {
  test("takes all rows as one input, and blank lines are skipped", async () => {
    const closed = "[info] closed\n";
    const rows = '{"amount":1}\n\n{"amount":2}\n{"amount":3}';
    const stdout = '{"total":1}\n{"total":3}\n{"total":6}\n';
    expect(await run(total, rows)).toEqual({ exitCode: 0, stdout, stderr: closed });
    expect(await run(total, "")).toEqual({ exitCode: 0, stdout: "", stderr: closed });
    expect(await run(collect, "1\n[2]\nnull\n")).toEqual({ exitCode: 0, stdout: "[1,[2],null]\n", stderr: "" });
    const { stdout: single } = await ratchet(["run", "--ndjson", total], { stdin: rows });
    expect(single).toBe(stdout);
  });

  test("reads rows of CSV, and values of --set are in each row", async () => {
    const args = ["run-once", "--from-fs", total, "--input-format", "csv"];
    expect((await ratchet(args, { stdin: "amount\n5\n6\n" })).stdout).toBe('{"total":5}\n{"total":11}\n');
    expect((await run(total, "{}\n{}\n", "--set", "amount=2")).stdout).toBe('{"total":2}\n{"total":4}\n');
  });

  test.each([
    [
      "that does not match the schema",
      '{"amount":1}\n{"amount":"x"}\n',
      "line 2: the input does not match input.schema.json",
    ],
    ["that is not JSON", '{"amount":1}\n{"amount"\n', "line 2 is not valid JSON"],
  ])("ends with an error that names the line for a row %s", async (_, rows, message) => {
    const { exitCode: code, stdout, stderr } = await run(total, rows);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '{"total":1}\n' });
    expect(stderr).toContain("[info] closed\n");
    expect(stderr).toContain(message);
  });

  test("may catch the error of a row, and may stop reading", async () => {
    const caught = makeTask(folder.path, {
      label: "caught",
      metadata: { stream: true },
      inputSchema: { type: "number" },
      main: "async (rows) => { let sum = 0; try { for await (const row of rows) sum += row; } catch (error) { return [sum, error.name]; } }",
    });
    expect((await run(caught, '1\n2\n"x"\n')).stdout).toBe('[3,"ValidationError"]\n');
    expect((await run(collect, '1\n"stop"\n2\n')).stdout).toBe('[1,"stop"]\n');
  });

  test("gets a row as soon as it is there, and ends with its input that does not end", async () => {
    let rows: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stdin = new ReadableStream<Uint8Array>({
      start(controller) {
        rows = controller;
      },
    });
    const process = startRatchet(["run-once", "--from-fs", total, "--ndjson"], { stdin });
    const output = process.stdout.getReader();
    const next = async () => new TextDecoder().decode((await output.read()).value);
    rows?.enqueue(Buffer.from('{"amount":1}\n'));
    expect(await next()).toBe('{"total":1}\n');
    rows?.enqueue(Buffer.from('{"amount":2}\n'));
    rows?.close();
    expect(await next()).toBe('{"total":3}\n');
    expect(await exitCode(process)).toBe(0);
  });

  test("reads a list as its rows where there is no stream, or a single row: in run-once, in tests, and when it is called", async () => {
    const list = [{ amount: 1 }, { amount: 2 }];
    const once = (input: unknown) => ratchet(["run-once", "--from-fs", total, "--input-json", JSON.stringify(input)]);
    expect((await once(list)).stdout).toBe('{"total":1}\n{"total":3}\n');
    expect((await once(list[1])).stdout).toBe('{"total":2}\n');
    expect(await once([{ amount: "x" }])).toMatchObject({ exitCode: 3, stdout: "" });
    const caller = makeTask(folder.path, {
      label: "caller",
      main: "async (input, context) => context.call('collect', input)",
    });
    const called = await ratchet(["run-once", "--from-fs", caller, "--input-json", "[1,[2]]"]);
    expect(called).toEqual({ exitCode: 0, stdout: "[1,[2]]\n", stderr: "" });
    const tested = makeTask(folder.path, {
      label: "tested",
      metadata: { stream: true },
      inputSchema: { type: "number" },
      main: "async function* main(rows) { for await (const row of rows) yield row * 2; }",
      tests: {
        "one.json": { input: [1, 2], expected_output: [2, 4] },
        "two.json": { input: ["x"], expected_error: "INVALID_INPUT" },
      },
    });
    expect(await ratchet(["test", tested])).toMatchObject({ exitCode: 0 });
    expect(await ratchet(["validate", tested])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^valid /),
    });
    const checked = makeTask(folder.path, {
      label: "checked-caller",
      main: `async (input, context) => {
        try { return await context.call("tested", input); } catch (error) { return error.message; }
      }`,
    });
    const call = async (input: string) =>
      (await ratchet(["run-once", "--from-fs", checked, "--input-json", input])).stdout;
    expect(await call("[1,2]")).toBe("null\n");
    expect(await call('[1,"x"]')).toContain("must be a number");
  });

  test("refuses options for single lines", async () => {
    for (const option of ["--envelope", "--unordered", "--retry=1", "--output-format=csv", "--fail-fast"]) {
      expect(await run(total, "", option)).toMatchObject({ exitCode: 2, stdout: "" });
    }
  });
});
