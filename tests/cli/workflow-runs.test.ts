import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCode, ratchet, startRatchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const INPUT = {
  shops: ["north", "closed", "south"],
  sku: "table",
  count: 2,
  orderId: 7,
  email: "ada@example.com",
  delivery: "pickup",
};
const APPROVED = ["--approve", "Buy for 1200 EUR?=true"];
const PAID = ["--signal", 'payment-confirmed={"reference":"r1"}'];
let count = 0;

/** Writes a task whose program is a file of the given name. */
function write(label: string, file: string, text: string): void {
  count += 1;
  const uuid = `7d444840-9dc0-11d1-b245-5ffdce75${String(count).padStart(4, "0")}`;
  mkdirSync(join(folder.path, label), { recursive: true });
  const metadata = {
    uuid,
    version: "1.0.0",
    label,
    description: "A task of a test.",
  };
  writeFileSync(join(folder.path, label, "metadata.json"), JSON.stringify(metadata));
  writeFileSync(join(folder.path, label, file), text);
}

const run = (label: string, ...words: string[]) =>
  ratchet(["run-once", "--from-fs", `${folder.path}#${label}`, ...words]);

describe("the example of an order", () => {
  const order = (input: object, ...words: string[]) =>
    ratchet(["run-once", "--from-fs", "examples/orders#order", "--input-json", JSON.stringify(input), ...words]);

  test("is valid, and passes its tests", async () => {
    const { stdout } = await ratchet(["validate", "examples/orders"]);
    expect(stdout).toContain("9 tasks, 0 errors, 0 warnings");
    const tests = await ratchet(["test", "examples/orders"]);
    expect(tests).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^16 passed, 0 failed/m) });
  });

  test("runs with an approval and a signal, and calls tasks and another workflow", async () => {
    const { stdout, stderr } = await order(INPUT, ...APPROVED, ...PAID);
    expect(stderr).toBe("[info] to ada@example.com: P-7\n");
    expect(JSON.parse(stdout)).toEqual({ charge: "charge-1200", reference: "r1" });
  });

  test("asks nobody about a small amount, and waits until a date", async () => {
    const { stdout } = await order({ ...INPUT, sku: "chair", delivery: "express" }, ...PAID);
    expect(JSON.parse(stdout)).toEqual({ charge: "charge-100", reference: "r1" });
  });

  test("charges nothing after a rejection", async () => {
    const { stdout } = await order(INPUT, "--approve", "Buy for 1200 EUR?=false", ...PAID);
    expect(JSON.parse(stdout)).toEqual({ charge: null, reference: "r1" });
  });

  test("fails with the error of the task, and gives the money back", async () => {
    const { exitCode: code, stderr } = await order({ ...INPUT, email: "blocked@example.com" }, ...APPROVED, ...PAID);
    expect(code).toBe(1);
    expect(stderr).toContain("[info] gave back charge-1200\n");
    expect(stderr).toContain(
      "error: DataError: blocked@example.com takes no mail\n    from: step notify, task send-mail 1.0.0\n",
    );
    expect(stderr).toContain("hint: The task send-mail, which it called, threw this");
  });
});

describe("a workflow", () => {
  test("cancels what is running when a step fails, and compensates what has completed", async () => {
    write("works", "main.js", "(input) => input");
    write(
      "fails",
      "main.js",
      "async () => { await new Promise((done) => setTimeout(done, 200)); throw new DataError('broken'); }",
    );
    write("waits", "main.js", "(input, context) => context.sleep('2d')");
    write("undo", "main.js", "(input) => { console.log('undo', input); }");
    write(
      "undone",
      "workflow.yaml",
      [
        "steps:",
        "  a: { task: works, input: first, compensate: { task: undo, input: '${ steps.a.output }' } }",
        "  b: { task: works, after: a, input: second, compensate: { task: undo, input: '${ steps.b.output }' } }",
        "  each: { task: works, forEach: [x, y], compensate: { task: undo, input: '${ item }' }, after: b }",
        "  long: { task: waits, compensate: { task: undo, input: long } }",
        "  asleep: { sleep: 2d }",
        "  asked: { wait: { signal: never, timeout: 2d } }",
        "  broken: { task: fails, after: each }",
        "  never: { task: undo, input: never, after: broken }",
      ].join("\n"),
    );
    const { exitCode: code, stdout, stderr } = await run("undone", "--signal", "other=1");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.match(/undo \w+/g)).toEqual(["undo y", "undo x", "undo second", "undo first"]);
    expect(stderr).toContain("DataError: broken");
  }, 120_000);

  test("retries as a step says", async () => {
    write(
      "third",
      "main.js",
      "(input, { attempt }) => { if (attempt < 3) throw new DataError('not yet'); return attempt; }",
    );
    const retry = (policy: string) => `steps:\n  a: { task: third, retry: ${policy} }\n`;
    write("retried", "workflow.yaml", retry("{ maxRetries: 2, delay: 1ms, also: [DataError] }"));
    expect((await run("retried")).stdout).toBe('{"a":3}\n');
    write("failed", "workflow.yaml", retry("{ maxRetries: 1, delay: 1ms, also: [DataError] }"));
    expect(await run("failed")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("DataError: not yet") });
  });

  test("puts null in the place of items that fail", async () => {
    write("odd", "main.js", "(n) => { if (n % 2 === 0) throw new DataError('even'); return n; }");
    write(
      "odds",
      "workflow.yaml",
      "steps:\n  all: { task: odd, forEach: '${ input }', concurrency: 2, onError: continue }\noutput: ${ steps.all.output }\n",
    );
    expect((await run("odds", "--input-json", "[1,2,3,4,5]")).stdout).toBe("[1,null,3,null,5]\n");
  });

  test("is cancelled as a whole", async () => {
    write(
      "forever",
      "workflow.yaml",
      "steps:\n  a: { task: undo, input: begun }\n  b: { sleep: 2d, after: a, onError: continue }\n  c: { task: undo, input: never, after: b }\n",
    );
    const process = startRatchet(["run-once", "--from-fs", `${folder.path}#forever`]);
    let text = "";
    for await (const chunk of process.stderr) {
      text += new TextDecoder().decode(chunk);
      if (text.includes("undo begun")) process.kill("SIGINT");
    }
    expect(await exitCode(process)).toBe(130);
    expect(text).not.toContain("never");
  });

  test("may have ten thousand steps side by side, and a thousand one after the other, within the default limits", async () => {
    write("add", "main.js", "({ a, b }) => a + b");
    const wide = Array.from(
      { length: 10_000 },
      (_, i) => `  s${i}: { task: add, input: { a: "\${ input }", b: ${i} } }`,
    );
    const sum = "output: ${ Object.values(steps).reduce((sum, { output }) => sum + output, 0) }\n";
    write("wide", "workflow.yaml", `steps:\n${wide.join("\n")}\n${sum}`);
    expect((await run("wide", "--input-json", "1")).stdout).toBe("50005000\n");
    const chain = Array.from({ length: 1_000 }, (_, i) => {
      const before = i === 0 ? "input" : `steps.s${i - 1}.output`;
      return `  s${i}: { task: add, input: { a: "\${ ${before} }", b: 1 } }`;
    });
    write("chain", "workflow.yaml", `steps:\n${chain.join("\n")}\noutput: \${ steps.s999.output }\n`);
    expect((await run("chain", "--input-json", "1")).stdout).toBe("1001\n");
  }, 120_000);

  test("says which task of a step does not exist", async () => {
    write("lost", "workflow.yaml", "steps:\n  a: { task: missing }\n");
    const { exitCode: code, stderr } = await run("lost");
    expect(code).not.toBe(0);
    expect(stderr).toContain("missing");
  });
});
