import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const at = (...names: string[]) => join(folder.path, ...names);
let count = 0;

/** Writes a task with a workflow, and returns its folder. */
function workflow(label: string, text: string): string {
  mkdirSync(at(label), { recursive: true });
  count += 1;
  const uuid = `7d444840-9dc0-11d1-b245-5ffdce74${String(count).padStart(4, "0")}`;
  writeFileSync(
    at(label, "metadata.json"),
    JSON.stringify({ uuid, version: "1.0.0", label, description: "A workflow." }),
  );
  writeFileSync(at(label, "input.schema.json"), "{}");
  writeFileSync(at(label, "output.schema.json"), "{}");
  writeFileSync(at(label, "workflow.yaml"), text);
  return at(label);
}

beforeAll(() => {
  const order = workflow("order", "");
  cpSync(join(REPOSITORY, "examples/orders/order/workflow.yaml"), join(order, "workflow.yaml"));
  workflow("double", "steps:\n  a: { output: '${ input.n * 2 }' }\noutput: ${ steps.a.output }\n");
});

describe("a task with workflow.yaml", () => {
  test("is run from a folder, a collection and an archive", async () => {
    const input = ["--input-json", '{"n":4}'];
    expect((await ratchet(["run-once", "--from-fs", at("double"), ...input])).stdout).toBe("8\n");
    expect((await ratchet(["run-once", "--from-fs", folder.path, "--task", "double", ...input])).stdout).toBe("8\n");
    expect((await ratchet(["pack", at("double"), "-o", at("double.zip")])).exitCode).toBe(0);
    expect((await ratchet(["run-once", "--from-fs", at("double.zip"), ...input])).stdout).toBe("8\n");
    // It is prepared only once.
    expect((await ratchet(["run-once", "--from-fs", at("double"), ...input])).stdout).toBe("8\n");
  });

  test("is reported by validate with line, column, step and hint", async () => {
    const path = workflow("broken", "steps:\n  a: { task: t }\n  b: { task: t, input: '${ steps.c.output }' }\n");
    const { exitCode, stdout } = await ratchet(["validate", path]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`${path}/workflow.yaml:3:28: Step "b": There is no step "c".\n    hint: `);
    const run = await ratchet(["run-once", "--from-fs", path]);
    expect(run).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('workflow.yaml:3:28: Step "b"') });
  });

  test("is warned of a task that is nearly the name of one around it, and not of others", async () => {
    const path = workflow("typo", "steps:\n  a: { task: duoble }\n  b: { task: elsewhere }\n");
    const { exitCode, stdout } = await ratchet(["validate", path]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'workflow.yaml:2:14: warning: Step "a": The folder around has no task with the label "duoble".\n    hint: Did you mean double?',
    );
    expect(stdout).not.toContain("elsewhere");
  });

  test("names the place of an expression that fails, in the message and in the stack", async () => {
    const path = workflow("failing", "steps:\n  a:\n    output:\n      x: ${ input.a.b + 1 }\n");
    const { exitCode, stderr } = await ratchet(["run-once", "--from-fs", path, "--input-json", "{}"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('ExpressionError: workflow.yaml:4:10, step "a": TypeError: cannot read property');
    expect(stderr).toContain("at <anonymous> (workflow.yaml:4:10)");
    expect(stderr).toContain("hint: Correct the expression there, or what it gets.\n");
    expect(stderr).not.toContain("from: ");
  });

  test.each([
    ["loops without end", "${ (() => { for (;;); })() }", 4, "TIME_LIMIT"],
    ["takes all memory", "${ 'x'.repeat(2 ** 28).split('') }", 5, "MEMORY_LIMIT"],
    ["reaches for the host", "${ (() => process.binding('fs'))() }", 1, "ExpressionError"],
    ["reaches for files", "${ Function('return import(\"fs\")')() }", 1, "ExpressionError"],
  ])(
    "ends at its limits when an expression %s",
    async (_name, expression, code, message) => {
      const path = workflow("hostile", `steps:\n  a: { output: ${JSON.stringify(expression)} }\n`);
      const { exitCode, stderr } = await ratchet([
        "run-once",
        "--from-fs",
        path,
        "--timeout",
        "2s",
        "--error-format",
        "json",
      ]);
      expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringContaining(message) });
    },
    120_000,
  );

  test("is no path by itself", async () => {
    const { exitCode, stderr } = await ratchet(["run", at("double", "workflow.yaml")]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`Pass the folder that it is in: ${at("double")}`);
  });

  test("cannot have another program", async () => {
    const path = workflow("two", "steps: { a: { output: 1 } }");
    writeFileSync(join(path, "main.js"), "() => 1");
    expect((await ratchet(["validate", path])).stdout).toContain("There are both main.js and workflow.yaml");
  });
});

describe("ratchet schema workflow", () => {
  test("prints the schema", async () => {
    const { stdout } = await ratchet(["schema", "workflow"]);
    expect(JSON.parse(stdout)).toMatchObject({ title: "workflow.yaml of a Ratchet task" });
  });
});

describe("ratchet graph", () => {
  test("prints each step after those that it depends on", async () => {
    const { stdout } = await ratchet(["graph", at("order")]);
    expect(stdout.split("\n").map((line) => line.replace(/ {2,}(?=\S)/g, " | ").trim())).toEqual([
      "stock | task check-stock 1.2.0",
      "prices | task fetch-price | for each of ${ input.shops }; goes on after an error",
      "offer | output | after prices, stock",
      "approval | approve Buy for ${ steps.offer.output.price } EUR? | after offer; if ${ steps.offer.output.price > 1000 }",
      'charge | task charge-card | after approval, offer; if ${ steps.approval.status === "skipped" || steps.approval....; undone by refund-card',
      "paid | wait payment-confirmed | after charge",
      "remind | task send-mail | when paid fails",
      "route | switch ${ input.delivery } | after paid, offer",
      "| case express | task book-courier",
      "| case pickup | output",
      "| default | task book-post",
      "notify | parallel | after route",
      "| customer | task send-mail",
      "| warehouse | workflow pack-order",
      "coolOff | sleep 2s | after notify",
      "",
    ]);
  });

  test("draws conditions, errors, compensations and steps inside others for Mermaid", async () => {
    const { stdout } = await ratchet(["graph", `${folder.path}#order`, "--format", "mermaid"]);
    expect(stdout).toStartWith("flowchart TD\n");
    expect(stdout).toContain("  s5 -. fails .-> s6\n");
    expect(stdout).toContain("  s0 --> s2\n");
    expect(stdout).toContain('  s4 -. undone by .-> s4u("task refund-card")\n');
    expect(stdout).toMatch(/subgraph s7\["route<br>switch [^"]*"\]\n {4}s8\["case express<br>task book-courier"\]\n/);
    // Nothing of a text ends its label.
    for (const line of stdout.split("\n")) expect((line.match(/"/g) ?? []).length % 2).toBe(0);
  });

  test("draws the same for Graphviz", async () => {
    const { stdout } = await ratchet(["graph", at("order"), "--format", "dot"]);
    expect(stdout).toStartWith('digraph "order" {\n');
    expect(stdout).toContain('  "paid" -> "remind" [style=dotted, label="fails"];\n');
    expect(stdout).toContain(
      '  "route.express" -> "notify.customer" [ltail="cluster route", lhead="cluster notify"];\n',
    );
  });

  test.each([["text"], ["dot"], ["mermaid"]])("writes nothing as %s that a terminal obeys", async (format) => {
    workflow("escapes", `steps: { a: { wait: { signal: "x\\e[31m\\u009b2J\\a\\r" } } }`);
    const { stdout } = await ratchet(["graph", at("escapes"), "--format", format]);
    expect(stdout).toMatch(/wait x/);
    expect([...stdout].filter((one) => one !== "\n" && (one < " " || (one >= "\x7f" && one <= "\x9f")))).toEqual([]);
  });

  test("prints JSON", async () => {
    const { nodes, edges } = JSON.parse((await ratchet(["graph", at("order"), "--json"])).stdout);
    expect(nodes.find(({ id }: { id: string }) => id === "notify.warehouse")).toEqual({
      id: "notify.warehouse",
      name: "warehouse",
      kind: "workflow",
      subject: "pack-order",
      parent: "notify",
      place: { line: 49, column: 7 },
    });
    expect(edges).toContainEqual({ from: "paid", to: "remind", type: "both" });
  });

  test("says that another task is no workflow", async () => {
    const { exitCode, stderr } = await ratchet(["graph", "tasks/addition"]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("tasks/addition is not a workflow");
  });
});
