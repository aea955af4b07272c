import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

let count = 0;

function write(label: string, file: string, text: string): void {
  count += 1;
  const uuid = `7d444840-9dc0-11d1-b245-5ffdce76${String(count).padStart(4, "0")}`;
  mkdirSync(join(folder.path, label), { recursive: true });
  const metadata = { uuid, version: "1.0.0", label, description: "A task of a test." };
  writeFileSync(join(folder.path, label, "metadata.json"), JSON.stringify(metadata));
  writeFileSync(join(folder.path, label, file), text);
}

write("same", "main.js", "(input) => input");
write("fails", "main.js", '() => { throw new DataError("it fails") }');

/** Runs a workflow in which `first` has an expression, and which asks, calls, waits and chooses after that. */
async function runAfter(expressions: readonly string[]): Promise<unknown[]> {
  write(
    "victim",
    "workflow.yaml",
    `steps:
  first: { output: "\${ (0, eval)(input), 1 }" }
  ask: { after: first, approve: { title: "Really?", timeout: 2d, onTimeout: approve } }
  refused: { if: "\${ !steps.ask.output.approved }", task: same, input: { number: "\${ 1 + 1 }" } }
  each: { after: first, forEach: [1, 2], task: same, input: { item: "\${ item }" } }
  both: { after: each, parallel: { left: { task: same, input: 5 }, right: { output: 6 } } }
  which: { switch: "\${ steps.refused.output.number }", cases: { "2": { output: two } }, default: { output: other } }
  nap: { after: which, sleep: 1ms }
  failed: { after: nap, task: fails, onError: continue }
  text: { output: "\${ steps.failed.status } \${ steps.which.output }" }
`,
  );
  const { stdout } = await ratchet(
    ["run-once", "--from-fs", `${folder.path}#victim`, "--ndjson", "--approve", "Really?=false"],
    { stdin: expressions.map((expression) => `${JSON.stringify(expression)}\n`).join("") },
  );
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const RIGHT = {
  first: 1,
  ask: expect.objectContaining({ approved: false }),
  refused: { number: 2 },
  each: [{ item: 1 }, { item: 2 }],
  both: { left: 5, right: 6 },
  which: "two",
  nap: null,
  failed: null,
  text: "failed two",
};

describe("an expression", () => {
  test("that changes built-in objects gives no step another output, and skips none", async () => {
    const names = (await runAfter(["Object.getOwnPropertyNames(globalThis).join()"])).length;
    expect(names).toBe(1);
    const lie = '() => ({ status: "completed", kind: "output", value: { literal: 1 }, approved: true, done: true })';
    const globals = Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z]\w+$/.test(name));
    const changes = globals.flatMap((name) => [
      `if (typeof ${name} !== "undefined") for (const target of [${name}, ${name}.prototype]) if (target) for (const key of Reflect.ownKeys(target)) if (key !== "prototype") Reflect.set(target, key, ${lie})`,
      `Reflect.set(globalThis, "${name}", ${lie})`,
      `Reflect.set(globalThis, "${name}", 1)`,
    ]);
    for (const name of ["if", "then", "literal", "value", "expression", "onError", "0", "forEach", "default"]) {
      changes.push(`Reflect.set(Object.prototype, "${name}", { literal: false })`);
      changes.push(`Reflect.set(Array.prototype, "${name}", { literal: false })`);
    }
    const ends = await runAfter(changes);
    expect(ends).toHaveLength(changes.length);
    const wrong = ends.filter((end) => typeof end !== "object" || end === null || !("error" in end));
    for (const end of wrong) expect(end).toEqual(RIGHT);
    expect(wrong.length).toBeGreaterThan(changes.length / 2);
  }, 120_000);

  test.each([
    ["Array.prototype.map = () => []", "'map' is read-only"],
    ["JSON = { parse: () => 1 }", "'JSON' is read-only"],
    ["Object.prototype.then = 1", "not extensible"],
  ])("is told that it can't change what steps work with: %s", async (code, message) => {
    write("told", "workflow.yaml", `steps: { a: { output: '\${ (() => { ${code} })() }' } }`);
    const { stderr, exitCode } = await ratchet(["run-once", "--from-fs", `${folder.path}#told`, "--input-json", "{}"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("ExpressionError: workflow.yaml:1:");
    expect(stderr).toContain(message);
  });

  test.each([
    ["steps.ask = 1"],
    ["Object.defineProperty(steps, 'ask', {})"],
    ["Object.freeze(steps)"],
    ["delete steps.a"],
  ])("can't change how steps have ended: %s", async (code) => {
    write("seen", "workflow.yaml", `steps: { a: { output: 1 }, b: { after: a, output: "\${ eval(input) }" } }`);
    const { stderr } = await ratchet([
      "run-once",
      "--from-fs",
      `${folder.path}#seen`,
      "--input-json",
      JSON.stringify(code),
    ]);
    expect(stderr).toContain('step "b": TypeError: steps cannot be changed');
  });

  test.each([
    ["({ get name() { throw 1 } })", "it threw an error that cannot be read"],
    ["new Proxy({}, { get() { throw 1 } })", "it threw an error that cannot be read"],
    ["null", "null"],
    ["Symbol('x')", "Symbol(x)"],
  ])("that throws %s fails with an ExpressionError", async (thrown, message) => {
    write("throws", "workflow.yaml", `steps: { a: { output: "\${ (() => { throw ${thrown} })() }" } }`);
    const { stderr } = await ratchet(["run-once", "--from-fs", `${folder.path}#throws`, "--input-json", "{}"]);
    expect(stderr).toContain(`error: ExpressionError: workflow.yaml:1:`);
    expect(stderr).toContain(`, step "a": ${message}\n`);
  });
});
