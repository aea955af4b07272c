import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import schema from "../../../docs/schemas/workflow.schema.json" with { type: "json" };
import type { JsonValue } from "../../../src/domain/json.ts";
import type { JsonFinding } from "../../../src/task/json-file.ts";
import { makeValidator } from "../../../src/task/schema/make-validator.ts";
import { readWorkflow } from "../../../src/task/workflow/read-workflow.ts";

const findings: JsonFinding[] = [];
const validator = await makeValidator(schema as JsonValue, findings);

/** Files, and whether their form is valid. What needs an understanding of expressions is no matter of the schema. */
const FILES: readonly [yaml: string, isValid: boolean][] = [
  [readFileSync("examples/orders/order/workflow.yaml", "utf8"), true],
  ["steps: { a: { output: null } }", true],
  ["steps: { a: { task: t } }\noutput: ${ input }", true],
  ["steps: { a: { task: t, forEach: [1], concurrency: 3, onError: { goTo: b } }, b: { sleep: 500 } }", true],
  ["steps: { a: { workflow: w, retry: { also: [DataError], jitter: 0.5 } } }", true],
  ["steps: { a: { sleep: { until: '2030-01-01T00:00:00Z' } } }", true],
  ["steps: { a: { approve: { title: x, who: '${ input.who }' } } }", true],
  [
    "steps: { a: { switch: '${ input }', cases: { 1: { output: 1 }, 'a b': { parallel: { x: { task: t } } } } } }",
    true,
  ],
  ["output: 1", false],
  ["steps: {}", false],
  ["steps: { a-b: { task: t } }", false],
  ["steps: { a: {} }", false],
  ["steps: { a: { task: t, sleep: 1s } }", false],
  ["steps: { a: { task: '${ input.t }' } }", false],
  ["steps: { a: { task: t, inptu: 1 } }", false],
  ["steps: { a: { task: t, concurrency: 3 } }", false],
  ["steps: { a: { task: t, forEach: [1], concurrency: 0 } }", false],
  ["steps: { a: { sleep: 5 minutes } }", false],
  ["steps: { a: { output: 1, input: 2 } }", false],
  ["steps: { a: { wait: { timeout: 3d } } }", false],
  ["steps: { a: { approve: { title: x, onTimeout: no } } }", false],
  ["steps: { a: { task: t, onError: retry } }", false],
  ["steps: { a: { task: t, onError: {} } }", false],
  ["steps: { a: { task: t, if: input.x } }", false],
  ["steps: { a: { task: t, retry: { maxRetris: 1 } } }", false],
  ["steps: { a: { task: t, compensate: { input: 1 } } }", false],
  ["steps: { a: { switch: '${ input.x }' } }", false],
  ["steps: { a: { parallel: { x: {} } } }", false],
  ["steps: { a: { task: t } }\noutputs: 1", false],
];

describe("the schema of workflow.yaml", () => {
  test("is a valid schema", () => {
    expect(findings).toEqual([]);
  });

  test.each(FILES)("agrees with the reader about %s", async (yaml, isValid) => {
    const { workflow } = await readWorkflow(yaml, "workflow.yaml");
    expect(workflow !== undefined).toBe(isValid);
    expect(validator?.(parse(yaml) as JsonValue).length === 0).toBe(isValid);
  });
});
