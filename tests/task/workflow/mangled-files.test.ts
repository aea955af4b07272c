import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { parse } from "acorn";
import fc from "fast-check";
import { compileWorkflow } from "../../../src/task/workflow/compile-workflow.ts";
import { readWorkflow } from "../../../src/task/workflow/read-workflow.ts";
import { workflowGraph } from "../../../src/task/workflow/workflow-graph.ts";

const ORDER = readFileSync("examples/orders/order/workflow.yaml", "utf8");
const PIECES = [
  ..."{ } [ ] : , - ? & * ! | > ' \" % @ ` # ${ } $${ $ \\ \n \t".split(" "),
  ..."\n  |\u0000|\uFEFF|\u2028|\uD800|<!--|-->|*/|//|/*|`|steps.|item|input|null|true|~|.inf|0x10|1e999|__proto__|<<|---|...".split(
    "|",
  ),
  ..."\n  x: 1\n|: |- |if: |forEach: |onError: |{ goTo: |after: |output: |\r\n".split("|"),
];

/** What may happen to a file: at a place, some characters are replaced by others. */
const change = fc.record({
  at: fc.nat(ORDER.length),
  removed: fc.nat(12),
  added: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })),
});

test("files that are mangled are refused at a place, or still compile to a program that parses", async () => {
  let valid = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 4 }), async (changes) => {
      let text = ORDER;
      for (const { at, removed, added } of changes) text = text.slice(0, at) + added + text.slice(at + removed);
      const { workflow, problems } = await readWorkflow(text, "workflow.yaml");
      const lines = text.split("\n").length;
      for (const { line = 0, column = 0, message, remedy } of problems) {
        expect([line >= 1 && line <= lines, column >= 1, message !== "", remedy !== ""]).toEqual([
          true,
          true,
          true,
          true,
        ]);
      }
      if (workflow === undefined) {
        expect(problems.some(({ severity }) => severity === "error")).toBe(true);
        return;
      }
      valid += 1;
      const { code } = compileWorkflow(workflow, { text, fileName: "workflow.yaml" });
      expect(parse(code, { ecmaVersion: "latest", sourceType: "script" }).body).toHaveLength(1);
      expect(workflowGraph(workflow).nodes.length).toBeGreaterThan(0);
    }),
    { numRuns: 1_500 },
  );
  expect(valid).toBeGreaterThan(50);
}, 120_000);
