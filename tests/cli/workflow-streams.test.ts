import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";
import { chainOf, type StreamTask, writeStreamTasks, writeWorkflow } from "../support/stream-workflow.ts";

const root = temporaryFolder();
const folder = join(root.path, "tasks");
beforeAll(() => writeStreamTasks(folder));
afterAll(() => root[Symbol.dispose]());

let count = 0;

/** Runs a workflow next to the tasks, some of which may be others. */
async function run(workflow: string, input: unknown, tasks?: Record<string, StreamTask>) {
  count += 1;
  const place = tasks === undefined ? folder : join(root.path, String(count));
  if (tasks !== undefined) writeStreamTasks(place, tasks);
  const label = `flow-${count}`;
  writeWorkflow(place, label, workflow);
  const path = `${place}#${label}`;
  const ended = await ratchet([
    "run-once",
    "--from-fs",
    path,
    "--error-format",
    "json",
    "--input-json",
    JSON.stringify(input),
  ]);
  return { ...ended, output: ended.exitCode === 0 ? JSON.parse(ended.stdout) : undefined };
}

const reading = (reader: string, onError = "") =>
  `steps:\n  a: { task: numbers, input: "\${ input }" }\n  b: { task: ${reader}, input: "\${ steps.a.stream }"${onError} }\noutput: "\${ [steps.a.status, steps.a.output, steps.b.status, steps.b.output] }"`;

describe("steps of a workflow that streams connect", () => {
  test("run at the same time, over three stages, in order", async () => {
    const { output } = await run(chainOf("numbers", "doubles", "sum"), { count: 5_000 });
    expect(output).toEqual({ sum: 5_000 * 4_999, count: 5_000, inOrder: true });
  });

  test("hold back the one that writes, also when items are large", async () => {
    const input = { count: 300, bytes: 100_000 };
    const { output, stderr } = await run(chainOf("numbers", "doubles", "sum"), input);
    expect([output.count, stderr]).toEqual([300, expect.stringContaining("numbers closed")]);
  });

  test("have an output besides, and a stream that is written without a generator", async () => {
    expect((await run(reading("sum"), { count: 3 })).output).toEqual([
      "completed",
      { count: 3 },
      "completed",
      { sum: 3, count: 3, inOrder: true },
    ]);
    const { output } = await run(chainOf("written", "sum"), { count: 4 });
    expect(output.sum).toBe(6);
  });

  test("read an empty stream of a task that writes none", async () => {
    const { output } = await run(chainOf("plain", "sum"), { count: 4 });
    expect(output.count).toBe(0);
  });

  test("may be several that read the same stream: each sees every item", async () => {
    const workflow = `steps:
  a: { task: numbers, input: "\${ input }" }
  b: { task: sum, input: "\${ steps.a.stream }" }
  c: { task: doubles, input: "\${ steps.a.stream }" }
  d: { task: sum, input: "\${ steps.c.stream }" }
output: "\${ [steps.b.output.sum, steps.d.output.sum] }"`;
    expect((await run(workflow, { count: 3_000 })).output).toEqual([4_498_500, 8_997_000]);
  });

  test("end the one that writes when nobody reads any more: its finally runs, and it is completed", async () => {
    const { output, stderr } = await run(reading("first"), { count: 1e9 });
    expect(output).toEqual(["completed", null, "completed", { taken: [0, 1, 2] }]);
    expect(stderr).toContain("numbers closed");
    expect((await run(chainOf("written", "first"), { count: 1e9 })).output).toEqual({ taken: [0, 1, 2] });
  });

  test("go on for a reader when another one has stopped", async () => {
    const workflow = `steps:
  a: { task: numbers, input: "\${ input }" }
  b: { task: first, input: "\${ steps.a.stream }" }
  c: { task: sum, input: "\${ steps.a.stream }" }
output: "\${ [steps.b.output.taken, steps.c.output.count] }"`;
    expect((await run(workflow, { count: 3_000 })).output).toEqual([[0, 1, 2], 3_000]);
  });

  test("pass an error on to those that read, with the name of the step", async () => {
    const workflow = `steps:
  a: { task: numbers, input: "\${ input }", onError: continue }
  b: { task: caught, input: "\${ steps.a.stream }" }
output: "\${ [steps.a.status, steps.b.output] }"`;
    const { output } = await run(workflow, { count: 2_000, failAt: 1_500 });
    const message = 'the stream of step "a": number 1500 is missing';
    expect(output).toEqual(["failed", { count: 1_500, name: "DataError", message, data: { step: "a" } }]);
  });

  test("fail with the workflow when one fails", async () => {
    const failed = await run(reading("sum"), { count: 2_000, failAt: 1_500 });
    expect([failed.exitCode, failed.stderr]).toEqual([1, expect.stringContaining("number 1500 is missing")]);
    const reader = await run(reading("failing"), { count: 1e9 });
    expect([reader.exitCode, reader.stderr]).toEqual([1, expect.stringContaining("no more than 4")]);
  });

  test("close the one that writes when the reader has failed, and that does not matter", async () => {
    const { output, stderr } = await run(reading("failing", ", onError: continue"), { count: 1e9 });
    expect(output).toEqual(["completed", null, "failed", null]);
    expect(stderr).toContain("numbers closed");
  });

  test("check each row: the error names step and item", async () => {
    const inputSchema = { type: "object", properties: { n: { type: "integer", maximum: 2_000 } } };
    const { output } = await run(reading("caught"), { count: 3_000 }, { caught: { inputSchema } });
    expect(output[3]).toMatchObject({
      count: 2_001,
      name: "ValidationError",
      message: expect.stringMatching(
        /^the stream of step "a": item 2001: the input does not match input\.schema\.json: \/n/,
      ),
      data: { step: "a", item: 2_001 },
    });
  });

  test("fail for an item that is too large, or does not fit the output schema", async () => {
    const large = await run(
      reading("sum"),
      { count: 3, bytes: 5_000 },
      { numbers: { metadata: { limits: { output: "4kB" } } } },
    );
    expect(large.stderr).toContain("OUTPUT_LIMIT");
    const outputSchema = { properties: { n: { maximum: 1 } } };
    const wrong = await run(reading("sum"), { count: 3 }, { numbers: { outputSchema } });
    expect(wrong.stderr).toContain("item 2 of the stream does not match output.schema.json");
  });

  test("need a task that takes a stream", async () => {
    const { stderr } = await run(reading("plain"), { count: 3 });
    expect(stderr).toContain(
      'the task plain can\'t read the stream of another step: its metadata have no \\"stream\\": true',
    );
  });

  test("may be tried again: a reader begins with the first item, a writer repeats what it has written", async () => {
    const again = (main: string) => ({ main, metadata: { retry: { maxRetries: 2, delay: 1 } } });
    const flaky = `async function main(rows, { attempt }) {
      let count = 0;
      for await (const row of rows) if (++count === 1500 && attempt === 1) throw new ServiceUnavailableError("no");
      return { count, attempt };
    }`;
    const reader = await run(reading("sum"), { count: 3_000 }, { sum: again(flaky) });
    expect(reader.output[3]).toEqual({ count: 3_000, attempt: 2 });
    const source = `async function* main({ count }, { attempt }) {
      for (let n = 0; n < count; n++) {
        if (n === 1500 && attempt === 1) throw new ServiceUnavailableError("no");
        yield { n };
      }
    }`;
    const writer = await run(reading("sum"), { count: 3_000 }, { numbers: again(source) });
    expect(writer.output[3]).toEqual({ count: 3_000, sum: 4_498_500, inOrder: true });
  });

  test("can't begin again with continueAsNew", async () => {
    const main = "async function* main({ count }, context) { yield { n: 1 }; await context.continueAsNew({ count }); }";
    const { stderr } = await run(reading("sum"), { count: 3 }, { numbers: { main } });
    expect(stderr).toContain("can't use continueAsNew in a step whose stream another one reads");
  });

  test("may be more than run at a time, because those that wait sleep", async () => {
    const stages = Array.from({ length: 70 }, () => "doubles");
    const { output } = await run(chainOf("numbers", ...stages, "sum"), { count: 5 });
    expect(output.count).toBe(5);
  });
});

test("the example of a report is valid, passes its tests, and runs", async () => {
  expect((await ratchet(["validate", "examples/sales"])).stdout).toContain("5 tasks, 0 errors, 0 warnings");
  expect((await ratchet(["test", "examples/sales"])).stdout).toMatch(/^2 passed, 0 failed/m);
  const input = JSON.stringify({ lines: ["north;1500;EUR", "south;10;CHF", "north;20;USD"] });
  const { stdout } = await ratchet(["run-once", "--from-fs", "examples/sales#report", "--input-json", input]);
  expect(JSON.parse(stdout)).toEqual({
    totals: { north: 1518, south: 10.5 },
    large: [{ shop: "north", euros: 1500 }],
  });
});

describe("validate, graph and test", () => {
  test("draw streams as arrows of their own", async () => {
    const path = writeWorkflow(folder, "drawn", chainOf("numbers", "doubles", "sum"));
    const drawn = async (...format: string[]) => (await ratchet(["graph", path, ...format])).stdout;
    expect(await drawn()).toContain("reads the stream of s1");
    expect(await drawn("--format", "mermaid")).toContain("  s0 -. stream .-> s1\n");
    expect(await drawn("--format", "dot")).toContain('"s0" -> "s1" [style=dashed, label="stream"];');
  });

  test("find a reader whose task takes no stream, and items that do not fit", async () => {
    const place = join(root.path, "validated");
    writeStreamTasks(place, {
      numbers: { outputSchema: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] } },
      "text-sum": {
        main: "async function main(rows) { for await (const row of rows); }",
        metadata: { stream: true },
        inputSchema: { type: "string" },
      },
    });
    const plain = await ratchet(["validate", writeWorkflow(place, "plain-reader", reading("plain"))]);
    expect(plain.stdout).toContain('workflow.yaml:3:32: Step "b": plain takes no stream as its input.');
    const wrong = await ratchet(["validate", writeWorkflow(place, "wrong-items", reading("text-sum"))]);
    expect(wrong.stdout).toContain('Step "b": text-sum does not accept the input: it must be a string');
  });

  test("mocks have a stream, and what reads it gets the list of its items", async () => {
    const workflow = writeWorkflow(folder, "mocked", chainOf("numbers", "doubles", "sum"), {
      streamed: {
        input: { count: 2 },
        expected_output: 6,
        mock: {
          tasks: [
            { task: "numbers", stream: [{ n: 1 }, { n: 2 }], output: null },
            { task: "doubles", input: [{ n: 1 }, { n: 2 }], stream: [{ n: 2 }, { n: 4 }] },
            { task: "sum", input: [{ n: 2 }, { n: 4 }], output: 6 },
          ],
        },
      },
      failed: {
        input: { count: 2 },
        expected_error: "no more",
        mock: {
          tasks: [
            { task: "numbers", stream: [{ n: 1 }], error: { name: "DataError", message: "no more" } },
            { task: "doubles", output: null },
            { task: "sum", output: null },
          ],
        },
      },
    });
    const { stdout, exitCode } = await ratchet(["test", workflow, "--json"]);
    expect([exitCode, JSON.parse(stdout).passed]).toEqual([0, 2]);
  });

  test("a stream of a mock that is not a list is a problem", async () => {
    const path = writeWorkflow(folder, "mis-mocked", chainOf("numbers", "sum"), {
      wrong: { input: {}, expected_output: 1, mock: { tasks: [{ task: "numbers", stream: 5 }] } },
    });
    expect((await ratchet(["validate", path])).stdout).toContain("The stream is not a list.");
  });
});
