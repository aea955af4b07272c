import { describe, expect, test } from "bun:test";
import { placeOf } from "../../../src/task/failure.ts";
import { validateTask } from "../../../src/task/validate.ts";
import { metadata, scratch } from "../scratch.ts";

const UUIDS = ["7d444840-9dc0-11d1-b245-5ffdce74fad2", "7d444840-9dc0-11d1-b245-5ffdce74fad3"];

const STOCK = {
  input: {
    type: "object",
    properties: { sku: { type: "string" }, count: { type: "integer", minimum: 1 }, mode: { enum: ["fast", "slow"] } },
    required: ["sku"],
    additionalProperties: false,
  },
  output: {
    $ref: "#/$defs/result",
    $defs: {
      result: {
        type: "object",
        properties: { count: { type: "integer" }, places: { type: "array", items: { type: "string" } } },
        additionalProperties: false,
      },
    },
  },
};
const ORDER = {
  type: "object",
  properties: {
    sku: { type: "string" },
    count: { type: "number" },
    nested: { type: "object", properties: { a: { type: "boolean" } }, additionalProperties: false },
    delivery: { enum: ["express", "post"] },
    shops: {
      type: "array",
      items: { type: "object", properties: { id: { type: "number" } }, additionalProperties: false },
    },
  },
  additionalProperties: false,
};

const RESULT = {
  type: "object",
  properties: { count: { type: "number" }, sku: { type: "string" } },
  required: ["count"],
};

/** Returns the problems of a workflow next to the task `stock` as `severity line:column message`. */
async function found(workflow: string, fields: object = {}): Promise<string[]> {
  using folder = scratch();
  folder.write({
    "stock/metadata.json": metadata({ label: "stock", uuid: UUIDS[0] }),
    "stock/main.js": "(input) => ({ count: 1 })",
    "stock/input.schema.json": JSON.stringify(STOCK.input),
    "stock/output.schema.json": JSON.stringify(STOCK.output),
    "order/metadata.json": metadata({ label: "order", uuid: UUIDS[1], ...fields }),
    "order/workflow.yaml": workflow,
    "order/input.schema.json": JSON.stringify(ORDER),
    "order/output.schema.json": JSON.stringify(RESULT),
  });
  const whole = await validateTask(folder.path());
  const single = await validateTask(folder.path("order"));
  const shown = (problems: typeof whole.problems) =>
    problems.map(
      (problem) =>
        `${problem.severity} ${placeOf(problem).replace(/.*workflow\.yaml:/, "")} ${problem.message} (${problem.remedy})`,
    );
  // What is known of a single task is what is known of the folder around it. Tasks that are not there may be elsewhere.
  const isLikely = (line: string) => !line.includes("The collection has no") || line.includes("Did you mean");
  expect(shown(single.problems)).toEqual(
    shown(whole.problems)
      .filter(isLikely)
      .map((line) => line.replace("The collection has no", "The folder around has no")),
  );
  return shown(whole.problems);
}

const has = (...texts: string[]) =>
  expect.stringMatching(new RegExp(texts.map((text) => text.replace(/[[\]$(){}.*?]/g, "\\$&")).join(".*")));

describe("validate", () => {
  test("finds nothing wrong in calls that fit, or of which too little is known", async () => {
    const text = [
      "steps:",
      "  a: { task: stock, input: { sku: '${ input.sku }', count: 3, mode: fast } }",
      "  b: { task: stock, input: { sku: 'x ${ input.count }', count: '${ steps.a.output.count }' } }",
      "  c: { task: stock, input: { sku: '${ steps.a.output.places[0] }' } }",
      "  d: { task: stock, input: '${ input }' }",
      "  e: { task: stock, forEach: '${ input.shops }', input: { sku: 's', count: '${ item.id }' } }",
      "  f: { task: stock, forEach: '${ steps.a.output.places }', input: { sku: '${ item }', count: '${ index + 1 }' } }",
      "  g: { output: { n: '${ steps.e.output.length + steps.a.output.places.length }', s: '${ steps.a.output.count.toFixed(1) }' } }",
      "  h: { task: stock, input: { sku: '${ steps.g.output.s }' }, version: 1.0.0 }",
      "  i: { switch: '${ input.delivery }', cases: { express: { task: stock, input: { sku: x } } } }",
      "  j: { parallel: { one: { task: stock, input: { sku: x } } }, after: i }",
      "  k: { output: '${ steps.j.output.one.count + (steps.j.output?.[\"one\"]?.count ?? 0) }' }",
    ].join("\n");
    expect(await found(text)).toEqual([]);
  });

  test.each<[name: string, text: string, ...problems: ReturnType<typeof has>[]]>([
    [
      "a wrong literal",
      "  a: { task: stock, input: { sku: 5 } }",
      has("error 2:35 ", 'Step "a": stock does not accept sku of the input', "string"),
    ],
    [
      "a value out of range",
      "  a: { task: stock, input: { sku: x, count: 0 } }",
      has("error 2:45 ", "count of the input", "at least 1"),
    ],
    ["a missing member", "  a: { task: stock, input: { count: 1 } }", has("error 2:3 ", 'must have the member "sku"')],
    ["no input", "  a: { task: stock }", has("error 2:3 ", 'must have the member "sku"')],
    [
      "a missing member next to an expression",
      "  a: { task: stock, input: { count: '${ input.count }' } }",
      has("error 2:3 ", 'must have the member "sku"'),
    ],
    [
      "an unknown member next to an expression",
      "  a: { task: stock, input: { sku: '${ input.sku }', cuont: 1 } }",
      has("error 2:60 ", 'must not have the member "cuont"; did you mean "count"'),
    ],
    [
      "an input of the wrong type",
      "  a: { task: stock, input: { sku: '${ input.count }' } }",
      has("error 2:35 ", "sku of the input", "must be a string, and is a number"),
    ],
    [
      "a text in place of a number",
      "  a: { task: stock, input: { sku: x, count: 'n${ input.count }' } }",
      has("error 2:45 ", "must be a number, and is a string"),
    ],
    [
      "an output of the wrong type",
      "  a: { task: stock, input: { sku: x } }\n  b: { task: stock, input: { sku: '${ steps.a.output.count }' } }",
      has("error 3:35 ", "must be a string, and is a number"),
    ],
    [
      "a list in place of its items",
      "  a: { task: stock, forEach: [1], input: { sku: x } }\n  b: { task: stock, input: { sku: '${ steps.a.output }' } }",
      has("error 3:35 ", "must be a string, and is an array"),
    ],
    [
      "an item of the wrong type",
      "  a: { task: stock, forEach: '${ input.shops }', input: { sku: '${ item.id }' } }",
      has("error 2:64 ", "must be a string, and is a number"),
    ],
    [
      "values that are not allowed",
      "  a: { task: stock, input: { sku: '${ input.sku }', mode: '${ input.delivery }' } }",
      has("error 2:59 ", 'must be one of "fast", "slow", and is "express", "post"'),
    ],
    [
      "a member of the input that does not exist",
      "  a: { output: '${ input.skuu }' }",
      has("error 2:20 ", 'The input has no member "skuu"', "Did you mean sku?"),
    ],
    [
      "a member further inside",
      "  a: { output: '${ input.nested.b + 1 }' }",
      has("error 2:20 ", 'no member "nested.b"'),
    ],
    [
      "a member of an output that does not exist",
      "  a: { task: stock, input: { sku: x } }\n  b: { output: '${ steps.a.output.cuont * 2 }' }",
      has("error 3:20 ", 'Step "b": The output of "a" has no member "cuont"', "Did you mean count?"),
    ],
    [
      "a branch that does not exist",
      "  a: { parallel: { one: { output: 1 } } }\n  b: { output: '${ steps.a.output.two }' }",
      has("error 3:20 ", 'The output of "a" has no member "two"'),
    ],
    [
      "a member of an approval",
      "  a: { approve: { title: x } }\n  b: { output: '${ steps.a.output.aproved }' }",
      has("error 3:20 ", "Did you mean approved?"),
    ],
    [
      "a member of a value",
      "  a: { output: { x: { y: 1 } } }\n  b: { output: '${ steps.a.output.x.z }' }",
      has("error 3:20 ", 'no member "x.z"'),
    ],
    [
      "a case that the schema excludes",
      "  a: { switch: '${ input.delivery }', cases: { post: { output: 1 }, pickup: { output: 2 } } }",
      has("error 2:69 ", 'The case "pickup" is unreachable', "express, post"),
    ],
    [
      "a compensation that does not fit",
      "  a: { task: stock, input: { sku: x }, compensate: { task: stock, input: { sku: '${ steps.a.output.count }' } } }",
      has("error 2:81 ", "must be a string, and is a number"),
    ],
    [
      "a task that is no workflow",
      "  a: { workflow: stock, input: { sku: x } }",
      has("error 2:18 ", "stock is not a workflow", "task: stock"),
    ],
    [
      "a task that the collection lacks",
      "  a: { task: stok }",
      has("warning 2:14 ", 'no task with the label "stok"', "Did you mean stock?"),
    ],
    [
      "a version that the collection lacks",
      "  a: { task: stock, version: 2.0.0 }",
      has("warning 2:14 ", "no version 2.0.0 of stock here, but 1.0.0"),
    ],
    [
      "a call inside another step",
      "  a: { parallel: { one: { switch: 1, cases: { 1: { task: stock, input: { sku: 7 } } } } } }",
      has("error 2:79 ", 'Step "a.one.1"'),
    ],
  ])("finds %s", async (_name, text, ...problems) => {
    expect(await found(`steps:\n${text}\n`)).toEqual(problems);
  });

  test.each<[name: string, output: string, ...problems: ReturnType<typeof has>[]]>([
    ["the right type", "{ count: '${ steps.a.output.count }', sku: 'x ${ input.sku }' }"],
    ["an unknown type", "{ count: '${ steps.a.output.count * 2 }' }"],
    [
      "the wrong type",
      "{ count: '${ input.sku }' }",
      has("error 3:18 ", "output.schema.json does not accept count of the output", "a number, and is a string"),
    ],
    ["a missing member", "{ sku: '${ input.sku }' }", has("error 3:9 ", 'must have the member "count"')],
    ["a literal of the wrong type", "{ count: x }", has("error 3:18 ", "must be a number")],
    ["no object", "'${ input.count }'", has("error 3:9 ", "must be an object, and is a number")],
  ])("compares its output with its schema: %s", async (_name, output, ...problems) => {
    expect(await found(`steps:\n  a: { task: stock, input: { sku: x } }\noutput: ${output}\n`)).toEqual(problems);
  });

  test("finds calls that permissions do not allow", async () => {
    const text = "steps:\n  a: { task: stock, input: { sku: x }, compensate: { task: refund } }\n";
    const refused = await found(text, { permissions: { tasks: ["re*"] } });
    expect(refused).toEqual([
      has("error 2:14 ", "may not call stock", 'Add "stock" to permissions.tasks'),
      has("warning 2:60 ", 'no task with the label "refund"'),
    ]);
    expect(await found(text, { permissions: { tasks: ["re*", "stock"] } })).toHaveLength(1);
    expect((await found(text, { permissions: { net: [] } })).filter((line) => line.startsWith("error"))).toHaveLength(
      2,
    );
  });

  test("takes linear time for steps that pass on outputs of each other", async () => {
    const line = (_: unknown, i: number) =>
      `  s${i + 1}: { output: { a: '\${ steps.s${i}.output }', b: '\${ steps.s${i}.output }' } }`;
    const text = `steps:\n  s0: { output: { a: 1 } }\n${Array.from({ length: 300 }, line).join("\n")}\n`;
    expect(await found(text)).toEqual([]);
  });
});
