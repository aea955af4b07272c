import { describe, expect, test } from "bun:test";
import { planWorkflow } from "../../../src/task/workflow/plan-workflow.ts";
import { readWorkflow } from "../../../src/task/workflow/read-workflow.ts";
import { runCompiled, shown } from "./run-compiled.ts";

/** Returns the problems of a workflow as `line:column message`. */
async function problemsOf(steps: string): Promise<string[]> {
  const { problems } = await readWorkflow(`steps:\n${steps}`, "workflow.yaml");
  return problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const CHAIN = `  a: { task: t, input: 1 }
  b: { task: u, input: "\${ steps.a.stream }" }
  c: { task: v, input: "\${ steps.b.stream }" }`;

describe("a stream between steps", () => {
  test("is an input", async () => {
    expect(await problemsOf(CHAIN)).toEqual([]);
  });

  test.each<[what: string, steps: string, problem: string]>([
    [
      "a part of an input",
      `  a: { task: t }\n  b: { task: u, input: { x: "\${ steps.a.stream }" } }`,
      '3:33 Step "b": steps.a.stream can only be the whole input',
    ],
    [
      "a part of an expression",
      `  a: { task: t }\n  b: { task: u, input: "\${ steps.a.stream ?? 1 }" }`,
      '3:28 Step "b": steps.a.stream can only be the whole input',
    ],
    [
      "a member of a stream",
      `  a: { task: t }\n  b: { task: u, input: "\${ steps.a.stream.x }" }`,
      "steps.a.stream can only be the whole input",
    ],
    [
      "the input of a compensation",
      `  a: { task: t }\n  b: { task: u, compensate: { task: v, input: "\${ steps.a.stream }" } }`,
      "steps.a.stream can only be the whole input",
    ],
    [
      "the output of the workflow",
      `  a: { task: t }\noutput: \${ steps.a.stream }`,
      "3:12 steps.a.stream can only be the input of a step",
    ],
    [
      "what has no stream",
      `  a: { wait: { signal: s } }\n  b: { task: u, input: "\${ steps.a.stream }" }`,
      "a has no stream: it is a step with wait",
    ],
    [
      "a step that runs many times",
      `  a: { task: t, forEach: [1, 2] }\n  b: { task: u, input: "\${ steps.a.stream }" }`,
      "a has no stream: it runs once for each item",
    ],
    [
      "a reader that runs many times",
      `  a: { task: t }\n  b: { task: u, forEach: [1], input: "\${ steps.a.stream }" }`,
      'Step "b": A step with forEach can',
    ],
    [
      "a workflow as reader",
      `  a: { task: t }\n  b: { workflow: u, input: "\${ steps.a.stream }" }`,
      'Step "b": A workflow can\'t read a stream',
    ],
    [
      "a reader inside another step",
      `  a: { task: t }\n  b: { parallel: { x: { task: u, input: "\${ steps.a.stream }" } } }`,
      'Step "b.x": Only a step that is not inside another one can read a stream',
    ],
    [
      "a step that goes to another when it fails",
      `  a: { task: t, onError: { goTo: x } }\n  b: { task: u, input: "\${ steps.a.stream }" }\n  x: { task: v }`,
      'Step "a" goes to another step when it fails',
    ],
    [
      "a reader that runs when another step fails",
      `  a: { task: t }\n  f: { task: v, onError: { goTo: b } }\n  b: { task: u, input: "\${ steps.a.stream }" }`,
      'Step "b": It runs only when f has failed',
    ],
    [
      "a circle of streams",
      `  a: { task: t, input: "\${ steps.b.stream }" }\n  b: { task: u, input: "\${ steps.a.stream }" }`,
      "in a cycle: a after b after a",
    ],
    ["its own stream", `  a: { task: t, input: "\${ steps.a.stream }" }`, "The step depends on itself"],
    [
      "the end of the step whose stream it reads",
      `  a: { task: t }\n  b: { task: u, after: a, input: "\${ steps.a.stream }" }`,
      '3:24 Step "b": It waits for a to end, and a for it',
    ],
    [
      "a step after the one whose stream it reads",
      `  a: { task: t }\n  x: { task: v, after: a }\n  b: { task: u, after: x, input: "\${ steps.a.stream }" }`,
      "steps that streams connect run at the same time",
    ],
    [
      "another reader of the same stream",
      `  a: { task: t }\n  b: { task: u, input: "\${ steps.a.stream }" }\n  c: { task: v, after: b, input: "\${ steps.a.stream }" }`,
      "It waits for b to end, and b for it",
    ],
    [
      "two streams that wait for each other",
      `  a: { task: t }\n  b: { task: u, input: "\${ steps.a.stream }", after: y }\n  c: { task: t }\n  d: { task: u, input: "\${ steps.c.stream }", after: x }\n  x: { task: v, after: a }\n  y: { task: v, after: c }`,
      "to end, and",
    ],
  ])("can't be or wait for %s", async (_, steps, problem) => {
    expect((await problemsOf(steps)).join("\n")).toContain(problem);
  });
});

describe("steps that streams connect", () => {
  test("start together, each after the one whose stream it reads", async () => {
    const steps = `  c: { task: v, input: "\${ steps.b.stream }" }
  b: { task: u, input: "\${ steps.a.stream }", after: x }
  a: { task: t }
  x: { task: w }`;
    const run = await runCompiled(`steps:\n${steps}`, null, ({ name }) => ({ output: name }));
    expect(run.end()).toEqual({ output: { c: "v", b: "u", a: "t", x: "w" } });
    expect(shown(run.operations).map((one) => one.trim())).toEqual([
      "1 x call w {}",
      "2 a call t {}",
      "3 b call u []",
      "4 c call v []",
    ]);
    expect(run.operations.map(({ options }) => options)).toEqual([
      {},
      { readers: 1 },
      { rows: "a", readers: 1 },
      { rows: "b" },
    ]);
  });

  test("read an empty stream if the step that would write it is skipped", async () => {
    const steps = `  a: { if: "\${ input }", task: t }\n  b: { task: u, input: "\${ steps.a.stream }" }`;
    const run = await runCompiled(`steps:\n${steps}`, false, ({ name }) => ({ output: name }));
    expect(run.end()).toEqual({ output: { a: null, b: "u" } });
    expect(run.operations.map(({ input, options }) => [input, options])).toEqual([[[], {}]]);
  });

  test("count only those that run among the readers", async () => {
    const steps = `  a: { task: t }
  b: { if: "\${ input }", task: u, input: "\${ steps.a.stream }" }
  c: { task: v, input: "\${ steps.a.stream }" }`;
    const run = await runCompiled(`steps:\n${steps}`, false, ({ name }) => ({ output: name }));
    expect(run.end()).toEqual({ output: { a: "t", b: null, c: "v" } });
    expect(run.operations.map(({ label, options }) => [label, options])).toEqual([
      ["a", { readers: 1 }],
      ["c", { rows: "a" }],
    ]);
  });

  test("do not run without the step whose stream they read, if it could not start", async () => {
    const steps = `  a: { task: t, input: { x: "\${ input.no.way }" }, onError: continue }
  b: { task: u, input: "\${ steps.a.stream }", onError: continue }
output: "\${ [steps.a.error.name, steps.b.error.message] }"`;
    const run = await runCompiled(`steps:\n${steps}`, {}, () => ({ output: 1 }));
    expect(run.operations).toEqual([]);
    expect(run.end()).toEqual({ output: ["ExpressionError", expect.stringContaining('step "a"')] });
  });

  test("are skipped with a step that another one replaces", async () => {
    const steps = `  f: { task: t, onError: { goTo: x } }
  a: { task: u, after: f }
  b: { task: v, input: "\${ steps.a.stream }" }
  x: { task: w }
output: "\${ [steps.a.status, steps.b.status, steps.x.status] }"`;
    const run = await runCompiled(`steps:\n${steps}`, null, ({ name }) =>
      name === "t" ? { error: "no" } : { output: 1 },
    );
    expect(run.end()).toEqual({ output: ["skipped", "skipped", "completed"] });
  });

  test("start without a reader that is skipped because another step failed", async () => {
    const steps = `  f: { task: t, onError: { goTo: x } }
  a: { task: u }
  b: { task: v, after: f, input: "\${ steps.a.stream }" }
  x: { task: w }
output: "\${ [steps.a.status, steps.b.status, steps.x.status] }"`;
    const run = await runCompiled(`steps:\n${steps}`, null, ({ name }) =>
      name === "t" ? { error: "no" } : { output: 1 },
    );
    expect(run.end()).toEqual({ output: ["completed", "skipped", "completed"] });
    expect(run.operations.find(({ label }) => label === "a")?.options).toEqual({});
  });

  test("are known to the plan only where there are any", async () => {
    const plain = await readWorkflow("steps:\n  a: { task: t }", "workflow.yaml");
    const connected = await readWorkflow(`steps:\n${CHAIN}`, "workflow.yaml");
    expect(plain.workflow && "groups" in planWorkflow(plain.workflow, "w").plan).toBe(false);
    expect(connected.workflow && planWorkflow(connected.workflow, "w").plan.groups).toEqual([
      [
        [0, -1],
        [1, 0],
        [2, 1],
      ],
    ]);
  });
});
