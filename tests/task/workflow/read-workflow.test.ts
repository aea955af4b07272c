import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { readWorkflow } from "../../../src/task/workflow/read-workflow.ts";
import { expectGrowth } from "../../support/growth.ts";

const ORDER = readFileSync("examples/orders/order/workflow.yaml", "utf8");

/** Returns the problems of a workflow as `severity line:column message (remedy)`. */
async function found(text: string): Promise<string[]> {
  const { problems, workflow } = await readWorkflow(text, "workflow.yaml");
  expect(workflow === undefined).toBe(problems.some(({ severity }) => severity === "error"));
  return problems.map(
    ({ severity, file, line, column, message, remedy }) =>
      `${severity} ${file}:${line}:${column}: ${message} (${remedy})`,
  );
}

const at = (place: string, ...texts: string[]) =>
  expect.stringMatching(
    new RegExp(
      `^\\w+ workflow\\.yaml:${place}: .*${texts.map((text) => text.replace(/[$(){}.*?]/g, "\\$&")).join(".*")}`,
    ),
  );

describe("a workflow file", () => {
  test("of every kind of step is read without a problem", async () => {
    const { workflow, problems } = await readWorkflow(ORDER, "workflow.yaml");
    expect(problems).toEqual([]);
    expect(workflow?.steps.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "stock task",
      "prices task",
      "offer output",
      "approval approve",
      "charge task",
      "paid wait",
      "remind task",
      "route switch",
      "notify parallel",
      "coolOff sleep",
    ]);
    expect(workflow?.steps[0]).toMatchObject({
      version: "1.2.0",
      timeout: { kind: "literal", value: "10s" },
      retry: { maxRetries: 5, delayMs: 1_000, factor: 2, maxDelayMs: 60_000 },
      input: {
        kind: "map",
        members: [
          ["sku", { kind: "expression", expression: { source: " input.sku " } }],
          ["count", {}],
        ],
      },
    });
  });

  test.each<[name: string, text: string, ...problems: ReturnType<typeof at>[]]>([
    ["nothing", "", at("1:1", "empty")],
    ["only comments", "# nothing\n", at("1:1", "empty")],
    ["no steps", "output: 1", at("1:1", '"steps" is missing')],
    ["a list", "- a", at("1:1", "a list, not a map")],
    ["steps that are a list", "steps:\n  - task: a", at("2:3", "a list, not a map of steps")],
    ["steps without any", "steps: {}", at("1:8", "no steps")],
    ["an anchor", "steps:\n  a: &x { task: t }", at("2:6", "Anchors")],
    ["an alias", "steps:\n  a: *x", at("2:6", "Aliases")],
    ["a tag", "steps:\n  a: { task: !!str t }", at("2:14", "Tags")],
    ["a directive", "%YAML 1.1\n---\nsteps: { a: { task: t } }", at("1:1", "Directives")],
    ["a duplicate name", "steps:\n  a: { task: t }\n  b: { task: t }\n  a: { task: t }", at("4:3", '"a" occurs twice')],
    ["two documents", "steps: { a: { task: t } }\n---\nsteps: {}", at("2:1", "second document")],
    ["values nested too deeply", `steps: ${"{ a: ".repeat(200)}`, at("1:\\d+", "nested deeper")],
    ["lists nested too deeply", `steps: ${"[".repeat(100_000)}`, at("1:\\d+", "nested deeper")],
    ["a number that JSON lacks", "steps:\n  a: { output: .inf }", at("2:16", "not exist in JSON")],
    ["a number with too many digits", "steps:\n  a: { output: 12345678901234567890 }", at("2:16", "more digits")],
    ["a quote without end", 'steps:\n  a: { output: "x }', at("\\d:\\d+", 'The closing " is missing')],
    [
      "an expression without quotes in braces",
      "steps:\n  a: { task: t, input: { a: ${ input.a } } }",
      at("2:30", "flow-map-start", "in quotes"),
    ],
    ["an expression without quotes in a list", "steps:\n  a: { output: [${ input.a }] }", at("2:18", "in quotes")],
    [
      "a colon in an expression without quotes",
      'steps:\n  a:\n    output: ${ a ? "b: c" : d }',
      at("3:13", "in quotes"),
    ],
    [
      "a hash in an expression without quotes",
      'steps:\n  a:\n    output: ${ input["a #b"] }',
      at("3:22", "in quotes", "comment"),
    ],
    ["a name that is not valid", "steps:\n  my-step: { task: t }", at("2:3", 'Step "my-step"', "name is not valid")],
    ["an unknown member", "steps:\n  a: { task: t, inpt: 1 }", at("2:17", 'Step "a"', '"inpt"', "Write input")],
    ["an unknown member at the top", "steps: { a: { task: t } }\noutputs: 1", at("2:1", '"outputs"', "Write output")],
    ["a step without a kind", "steps:\n  a:\n    after: []", at("2:3", 'Step "a"', "no kind")],
    ["an empty step", "steps:\n  a:\n  b: { task: t }", at("2:3", 'Step "a"', "empty")],
    ["a step of two kinds", "steps:\n  a: { task: t, sleep: 1s }", at("2:3", 'Step "a"', "task and sleep")],
    ["a task that is a number", "steps:\n  a: { task: 5 }", at("2:14", "task is a number")],
    ["a task that is computed", "steps:\n  a: { task: '${ input.t }' }", at("2:14", "has an expression", "switch")],
    ["a wrong version", "steps:\n  a: { task: t, version: 1.2 }", at("2:26", "version is 1.2")],
    ["a wrong duration", "steps:\n  a: { sleep: 5 minutes }", at("2:15", "not a duration")],
    ["a negative duration", "steps:\n  a: { sleep: -5 }", at("2:15", "not a duration")],
    ["a wait that is too long", "steps:\n  a: { sleep: 600w }", at("2:15", "too long", "3660d")],
    ["a time limit of nothing", "steps:\n  a: { task: t, timeout: 0 }", at("2:26", "too short")],
    ["a date without a zone", "steps:\n  a: { sleep: { until: 2030-01-01 } }", at("2:24", "not a time with a zone")],
    ["an unknown retry", "steps:\n  a: { task: t, retry: { maxRetris: 3 } }", at("2:26", "maxRetris", "maxRetries")],
    ["a wrong retry", "steps:\n  a: { task: t, retry: { maxRetries: -3 } }", at("2:38", "maxRetries")],
    ["concurrency without forEach", "steps:\n  a: { task: t, concurrency: 3 }", at("2:3", '"forEach" is missing')],
    ["a wrong concurrency", "steps:\n  a: { task: t, forEach: [1], concurrency: 0 }", at("2:44", "from 1 to 10000")],
    ["forEach with a text", "steps:\n  a: { task: t, forEach: 'x' }", at("2:26", "not a list")],
    ["if with a text", "steps:\n  a: { task: t, if: input.x }", at("2:21", "not one expression")],
    ["onError with a text", "steps:\n  a: { task: t, onError: retry }", at("2:26", "neither fail nor continue")],
    ["onError without a target", "steps:\n  a: { task: t, onError: {} }", at("2:26", "goTo is missing")],
    [
      "goTo inside another step",
      "steps:\n  p: { parallel: { a: { task: t, onError: { goTo: b } } } }\n  b: { task: t }",
      at("2:51", 'Step "p.a"', "cannot go to"),
    ],
    ["wait without a signal", "steps:\n  a: { wait: { timeout: 3d } }", at("2:3", '"signal" is missing')],
    ["approve without a title", "steps:\n  a: { approve: {} }", at("2:3", '"title" is missing')],
    [
      "a wrong onTimeout",
      "steps:\n  a: { approve: { title: x, onTimeout: no } }",
      at("2:40", "reject, approve and fail"),
    ],
    ["who as a text", "steps:\n  a: { approve: { title: x, who: bob } }", at("2:34", "list of roles")],
    [
      "a wrong schema",
      "steps:\n  a:\n    wait:\n      signal: s\n      schema: { type: strin }",
      at("5:23", 'Step "a"', '"type" must be'),
    ],
    [
      "a compensation without a task",
      "steps:\n  a: { task: t, compensate: { input: 1 } }",
      at("2:17", '"task" is missing'),
    ],
    [
      "what a script takes for a comment",
      "steps:\n  a: { output: '${ input.a <!--input.b }' }",
      at("2:\\d+", "take for a comment"),
    ],
    ["switch without cases", "steps:\n  a: { switch: '${ input.x }' }", at("2:3", '"cases" is missing')],
  ])("with %s is refused", async (_name, text, ...problems) => {
    expect(await found(text)).toEqual(problems);
  });

  test.each<[name: string, text: string, ...problems: ReturnType<typeof at>[]]>([
    [
      "an unknown step",
      "steps:\n  stock: { task: t }\n  b: { task: t, input: '${ steps.stok.output }' }",
      at("3:28", 'Step "b"', '"stok"', "stock"),
    ],
    [
      "an unknown step in after",
      "steps:\n  a: { task: t, after: [b, a2] }\n  b: { task: t }",
      at("2:28", '"a2"', "Did you mean"),
    ],
    ["an unknown step in goTo", "steps:\n  a: { task: t, onError: { goTo: z } }", at("2:34", '"z"')],
    ["an unknown step in the output", "steps:\n  a: { task: t }\noutput: ${ steps.z.output }", at("3:12", '"z"')],
    [
      "a step inside another one",
      "steps:\n  p: { parallel: { one: { task: t } } }\n  b: { output: '${ steps.one.output }' }",
      at("3:20", "There is no step", "Refer to p, the step around p.one"),
    ],
    [
      "an unknown member of a step",
      "steps:\n  a: { task: t }\n  b: { output: '${ steps.a.outptu }' }",
      at("3:20", '"outptu"', "steps.a.output"),
    ],
    [
      "a computed step",
      "steps:\n  a: { task: t }\n  b: { output: '${ steps[input.x].output }' }",
      at("3:20", "without the name"),
    ],
    [
      "all steps at once",
      "steps:\n  a: { task: t }\n  b: { output: '${ Object.keys(steps) }' }",
      at("3:32", "without the name"),
    ],
    ["item outside of forEach", "steps:\n  a: { task: t, input: '${ item }' }", at("2:25", "forEach")],
    ["item in the list of forEach", "steps:\n  a: { task: t, forEach: '${ item }' }", at("2:27", "forEach")],
    [
      "a step that depends on itself",
      "steps:\n  a: { task: t, input: '${ steps.a.output }' }",
      at("2:28", 'Step "a"', "itself"),
    ],
    [
      "a cycle",
      "steps:\n  a: { task: t, after: c }\n  b: { task: t, after: a }\n  c: { task: t, input: '${ steps.b.output }' }",
      at("3:24", "in a cycle: a after c after b after a"),
    ],
    ["a step that goes to itself", "steps:\n  a: { task: t, onError: { goTo: a } }", at("2:34", "goes to itself")],
    [
      "steps that go to each other",
      "steps:\n  a: { task: t, onError: { goTo: b } }\n  b: { task: t, onError: { goTo: a } }",
      at("\\d:34", "cycle"),
    ],
    [
      "a step after one that is only gone to",
      "steps:\n  a: { task: t, onError: { goTo: b } }\n  b: { task: t }\n  c: { task: t, after: b }",
      at("4:24", 'Step "c"', "unreachable"),
    ],
    [
      "a condition that is always false",
      "steps:\n  a: { task: t, if: false }",
      at("2:21", "unreachable", "${ false }"),
    ],
    [
      "a case that can't match",
      "steps:\n  a: { switch: x, cases: { x: { output: 1 }, y: { output: 2 } } }",
      at("2:46", 'case "y" is unreachable'),
    ],
    [
      "a part of a stream",
      "steps:\n  a: { task: t }\n  b: { task: u, input: { x: '${ steps.a.stream }' } }",
      at("3:33", "whole input"),
    ],
    ["an expression without end", "steps:\n  a: { output: '${ input.x' }", at("2:17", "closing brace")],
    ["an expression with nothing", "steps:\n  a: { output: 'x ${ } y' }", at("2:19", "is empty")],
    ["an expression that is not valid", "steps:\n  a: { output: '${ 1 +* 2 }' }", at("2:23", "not valid JavaScript")],
    ["a statement", "steps:\n  a: { output: '${ return 1 }' }", at("2:20", "not valid JavaScript")],
    ["two expressions in one", "steps:\n  a: { output: '${ input.a; input.b }' }", at("2:27", "ends before")],
    ["a parenthesis too many", "steps:\n  a: { output: '${ input.a) }' }", at("2:27", "ends before")],
    ["an expression that waits", "steps:\n  a: { output: '${ await input.a }' }", at("2:20", "wait")],
    ["an expression that imports", "steps:\n  a: { output: '${ import(\"x\") }' }", at("2:20", "import")],
    ["an unknown name", "steps:\n  a: { output: '${ inptu.a }' }", at("2:20", "inptu, which is not defined")],
    ["an expression nested too deeply", `steps:\n  a: { output: '\${ ${"(".repeat(20_000)} }' }`, at("2:17", "deeply")],
    ["calls of calls", `steps:\n  a: { output: '\${ f${"()".repeat(15_000)} }' }`, at("2:17", "deeply")],
    ["a sum of too many terms", `steps:\n  a: { output: '\${ 0${"+0".repeat(5_000)} }' }`, at("2:17", "deeply")],
  ])("with %s is refused at its place", async (_name, text, ...problems) => {
    expect(await found(text)).toEqual(problems);
  });

  test("with a sum of as many terms as there may be is valid", async () => {
    expect(await found(`steps:\n  a: { output: '\${ 0${"+0".repeat(4_999)} }' }`)).toEqual([]);
  });

  test("reports all problems at once, in the order of the file", async () => {
    const text = "steps:\n  a: { task: t, timeout: x }\n  b: { after: [z] }\n  c: { sleep: '${ steps.y.output }' }";
    expect(await found(text)).toEqual([
      at("2:26", 'Step "a"', "not a duration"),
      at("3:3", 'Step "b"', "no kind"),
      at("4:19", 'Step "c"', '"y"'),
    ]);
  });

  test("names the place in values of several lines and with escapes", async () => {
    const text = [
      "steps:",
      "  a:",
      "    output:",
      "      one: |",
      "        some text",
      "        ${ steps.x.output }",
      '      two: "tab\\t ${ steps.y.output }"',
      "      three: >-",
      "        folded",
      "        ${ input.a",
      "           + steps.z.output }",
    ].join("\n");
    expect(await found(text)).toEqual([at("6:12", '"x"'), at("7:22", '"y"'), at("10:9", '"z"')]);
  });

  test("may have names that objects have", async () => {
    const { workflow, problems } = await readWorkflow(
      "steps:\n  __proto__: { output: { __proto__: 1 } }\n  constructor: { output: '${ steps.__proto__.output }' }",
      "workflow.yaml",
    );
    expect(problems).toEqual([]);
    expect(workflow?.steps[0]).toMatchObject({ value: { members: [["__proto__", { value: 1 }]] } });
  });

  test("finds expressions in whatever surrounds and fills them", async () => {
    const piece = fc.constantFrom(
      "${ input.a }",
      "${ `}${ `${ '}' }` }` }",
      "${ \"}\" + '{' }",
      "${ /[}]/.test(input) }",
      "${ { a: { b: 1 } }.a /* } */ }",
      "${ (() => { return 1 })() }",
    );
    const text = fc.constantFrom("", "a", "}", "{", "$", "$$", "$${", "'", '"', "`", " \\ ");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, piece), { minLength: 1, maxLength: 6 }), text, async (pieces, end) => {
        // A dollar sign before an expression would escape it.
        const joined = pieces.map(([before, inner]) => `${before.replace(/\$+$/, "")}${inner}`).join("");
        const yaml = `steps:\n  a:\n    output: ${JSON.stringify(` ${joined}${end}`)}`;
        const { workflow, problems } = await readWorkflow(yaml, "workflow.yaml");
        expect(problems).toEqual([]);
        const [step] = workflow?.steps ?? [];
        const value = step?.kind === "output" ? step.value : undefined;
        const sources =
          value?.kind === "text" ? value.parts.flatMap((part) => (typeof part === "string" ? [] : [part.source])) : [];
        expect(sources).toEqual(pieces.map(([, inner]) => inner.slice(2, -1)));
      }),
    );
  });

  test("with 100,000 steps is refused", async () => {
    const line = (_: unknown, i: number) => `  s${i}: { task: t, input: { a: 1 }, after: [s${i - 1}] }`;
    const text = `steps:\n${Array.from({ length: 100_000 }, line).join("\n")}`;
    expect(await found(text)).toEqual([at("\\d+:\\d+", "the limit is 4MB", "forEach")]);
    const short = (steps: number) =>
      `steps:\n${Array.from({ length: steps }, (_, i) => `  s${i}: { output: 1 }`).join("\n")}`;
    expect(await found(short(100_000))).toEqual([at("\\d+:\\d+", "may have 20000 steps", "forEach")]);
    expect(await found(short(20_001))).toEqual([at("1:1", "more than 20000 steps", "forEach")]);
    expect(await found(short(20_000))).toEqual([]);
  });

  test("is read in a time that grows with its steps", async () => {
    const chain = (steps: number) =>
      `steps:\n${Array.from({ length: steps }, (_, i) => `  s${i}: { task: t, input: "\${ input.a }", after: [s${Math.max(1, i - 1)}] }`).join("\n")}`;
    let pending: Promise<unknown> = Promise.resolve();
    expectGrowth(
      chain,
      (text) => {
        pending = readWorkflow(text, "workflow.yaml");
      },
      4_000,
    );
    await pending;
  });
});
