import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Answer } from "./fake-context.ts";
import { runCompiled, shown, startCompiled } from "./run-compiled.ts";

const ORDER = readFileSync("examples/orders/order/workflow.yaml", "utf8");

/** Every call returns its input; tasks named `fail...` fail with the error of that name. */
const echo: Answer = ({ method, name, input }, item) => {
  if (name.startsWith("Fail")) return { error: name };
  if (method === "wait") return { output: { reference: "r1" } };
  if (method === "approve") return { output: { approved: true, by: "ada", at: "now", input: null } };
  if (method.startsWith("sleep")) return { output: null };
  return { output: method === "map" ? (item ?? null) : (input ?? null) };
};

const steps = (text: string) => `steps:\n${text.replace(/^/gm, "  ")}\n`;

describe("the order of the documentation", () => {
  const input = {
    shops: ["a", "b", "c"],
    sku: "s1",
    count: 2,
    orderId: 7,
    email: "x@example.com",
    delivery: "pickup",
    deliveryDate: "2030-01-01T00:00:00Z",
  };
  const answers: Answer = (operation, item) => {
    const { name } = operation;
    if (name === "check-stock") return { output: { count: 5 } };
    if (name === "fetch-price") {
      const { shop, position } = item as { shop: string; position: number };
      return shop === "b" ? { error: "NetworkError" } : { output: { price: 1_200 + position } };
    }
    if (name === "charge-card") return { output: { id: "c9" } };
    return echo(operation, item);
  };

  test("runs to its end", async () => {
    const run = await runCompiled(ORDER, input, answers);
    expect(run.end()).toEqual({ output: { charge: "c9", reference: "r1" } });
    expect(shown(run.operations)).toEqual([
      '1 stock call check-stock {"sku":"s1","count":2}',
      '2 prices map fetch-price [{"shop":"a","sku":"s1","position":0},{"shop":"b","sku":"s1","position":1},{"shop":"c","sku":"s1","position":2}]',
      "3 approval approve Buy for 1200 EUR?",
      '4 charge call charge-card {"amount":1200}',
      "5 paid wait payment-confirmed",
      '6 notify.customer call send-mail {"to":"x@example.com","text":"P-7"}',
      '7 notify.warehouse call pack-order {"orderId":7}',
      "8 coolOff sleep 2s",
    ]);
    expect(run.operations[0]?.options).toEqual({
      version: "1.2.0",
      timeout: "10s",
      retry: { maxRetries: 5, delay: 1_000, factor: 2, maxDelay: 60_000 },
    });
    expect(run.operations[1]?.options).toEqual({ concurrency: 4, onError: "continue" });
    expect(run.operations[2]?.options).toEqual({
      who: ["operator"],
      schema: { type: "object", properties: { note: { type: "string" } } },
      timeout: "2d",
      onTimeout: "reject",
    });
    expect(run.operations[4]?.options).toEqual({ schema: { type: "object", required: ["reference"] }, timeout: "3d" });
  });

  test("reminds in place of what follows when no payment comes", async () => {
    const run = await runCompiled(ORDER, input, (operation, item) =>
      operation.method === "wait" ? { error: "TimeoutError" } : answers(operation, item),
    );
    expect(run.end()).toEqual({ output: { charge: "c9", reference: null } });
    expect(shown(run.operations).slice(5)).toEqual([
      '6 remind call send-mail {"to":"x@example.com","text":"No payment yet: payment-confirmed failed"}',
    ]);
  });

  test("does not ask for a small amount, and gives the money back when a later step fails", async () => {
    const run = await runCompiled(ORDER, input, (operation, item) => {
      if (operation.name === "fetch-price") return { output: { price: 10 } };
      if (operation.name === "pack-order") return { error: "NoRoomError" };
      return answers(operation, item);
    });
    const end = run.end();
    expect(end).toMatchObject({ error: { name: "NoRoomError", message: "pack-order failed" } });
    expect(shown(run.operations).filter((line) => /approve|refund/.test(line))).toEqual([
      '7 charge call refund-card {"chargeId":"c9"} undoes 3',
    ]);
  });
});

describe("a workflow", () => {
  test("starts steps without open dependencies at once, and the others when theirs have ended", async () => {
    const text = steps(
      "a: { task: t, input: 1 }\nb: { task: t, input: 2 }\nc: { task: t, input: '${ steps.a.output + steps.b.output }' }\nd: { task: t, after: c, input: 4 }",
    );
    const run = await startCompiled(text, {}, echo);
    expect(shown(run.operations)).toEqual(["1 a call t 1", "2 b call t 2"]);
    await run.settle(() => 1);
    expect(shown(run.operations).slice(2)).toEqual(["3 c call t 3", "4 d call t 4"]);
    expect(run.end()).toEqual({ output: { a: 1, b: 2, c: 3, d: 4 } });
  });

  test("inserts values as text, and yields the value of a string that is one expression", async () => {
    const text = steps(
      [
        "a:",
        "  output:",
        "    whole: ${ input.list }",
        "    text: 'x ${ input.list } ${ input.object } ${ input.nothing } ${ input.missing } ${ input.number }'",
        "    literal: 'costs $${ input.list } and $5 and $'",
        "    both: '$${${ input.number }}'",
        "    spaced: ' ${ input.number }'",
        "    nested: [{ a: ['${ input.number }'] }]",
      ].join("\n"),
    );
    const input = { list: [1, "a"], object: { a: 1 }, nothing: null, number: 5 };
    expect((await runCompiled(text, input, echo)).end()).toEqual({
      output: {
        a: {
          whole: [1, "a"],
          text: 'x [1,"a"] {"a":1} null undefined 5',
          literal: "costs ${ input.list } and $5 and $",
          both: "${5}",
          spaced: " 5",
          nested: [{ a: [5] }],
        },
      },
    });
  });

  test("skips a step whose condition does not hold, and runs what depends on it", async () => {
    const text = steps(
      "a: { task: t, if: '${ input.yes }' }\nb: { task: t, input: '${ steps.a }' }\nc: { if: '${ !input.yes }', output: 3 }",
    );
    const run = await runCompiled(text, {}, echo);
    const skipped = { status: "skipped", output: null, error: null };
    expect(run.end()).toEqual({ output: { a: null, b: skipped, c: 3 } });
  });

  test("goes on after a failed step with `continue`", async () => {
    const text = steps("a: { task: FailA, onError: continue }\nb: { task: t, input: '${ steps.a }' }");
    const failed = { name: "FailA", message: "FailA failed", call: { task: "FailA" } };
    expect((await runCompiled(text, {}, echo)).end()).toEqual({
      output: { a: null, b: { status: "failed", output: null, error: failed } },
    });
  });

  test("puts null in the place of an item that has failed", async () => {
    const text = steps("a: { task: t, forEach: '${ input }', onError: continue }");
    const answer: Answer = (_, item) => (item === 2 ? { error: "DataError" } : { output: [item ?? null] });
    expect((await runCompiled(text, [1, 2, 3], answer)).end()).toEqual({ output: { a: [[1], null, [3]] } });
    expect((await runCompiled(text, [], answer)).end()).toEqual({ output: { a: [] } });
    expect((await runCompiled(text.replace(", onError: continue", ""), [1, 2, 3], answer)).end()).toMatchObject({
      error: { name: "DataError" },
    });
  });

  test("chooses a case by the text of the value", async () => {
    const text = steps(
      "a:\n  switch: ${ input }\n  cases: { x: { output: 1 }, 5: { output: 2 }, 'true': { output: 3 } }\n  default: { output: 4 }",
    );
    const chosen = async (input: string | number | boolean | null) => (await runCompiled(text, input, echo)).end();
    expect(await Promise.all(["x", 5, true, "y", null].map(chosen))).toEqual(
      [1, 2, 3, 4, 4].map((a) => ({ output: { a } })),
    );
    const without = text.replace("  default: { output: 4 }", "").trimEnd();
    expect((await runCompiled(`${without}\n`, "y", echo)).end()).toEqual({ output: { a: null } });
  });

  test("withdraws the other branches when one fails, and waits for them", async () => {
    const text = steps(
      "p: { parallel: { a: { task: open }, b: { task: FailB }, c: { if: '${ false }', task: t }, d: { task: FailD, onError: continue } }, onError: continue }\nq: { task: t, after: p }",
    );
    const answer: Answer = (operation, item) => (operation.name === "open" ? undefined : echo(operation, item));
    const run = await runCompiled(text, {}, answer, (open) => open.findIndex(({ name }) => name === "FailB"));
    expect(run.end()).toEqual({ output: { p: null, q: {} } });
    expect(run.withdrawn).toContain(1);
    const fine = text.replace("FailB", "t").replace("open", "t");
    expect((await runCompiled(fine, {}, echo)).end()).toEqual({
      output: { p: { a: {}, b: {}, c: null, d: null }, q: {} },
    });
  });

  test("cancels what is running, compensates the last first, and ends with the first error", async () => {
    const text = steps(
      [
        "a: { task: t, input: 1, compensate: { task: undo, input: 'a${ steps.a.output }' } }",
        "b: { task: t, input: 2, compensate: { task: undo, input: 'b${ steps.b.output }' } }",
        "c: { task: open, compensate: { task: undo, input: c } }",
        "late: { task: late, compensate: { task: undo, input: late } }",
        "d: { task: FailD, after: [a, b] }",
        "e: { task: FailE, after: [a, b] }",
        "f: { task: t, after: d }",
      ].join("\n"),
    );
    let isFailed = false;
    const answer: Answer = (operation) => {
      if (operation.name === "FailD") isFailed = true;
      return operation.name === "open" || (operation.name === "late" && !isFailed) ? undefined : echo(operation);
    };
    // b ends before a.
    const run = await runCompiled(text, {}, answer, (open) =>
      open.some(({ name, input }) => name === "t" && input === 2) ? 1 : 0,
    );
    expect(run.end()).toMatchObject({ error: { name: "FailD" } });
    expect(shown(run.operations).slice(6)).toEqual(['7 a call undo "a1" undoes 1', '8 b call undo "b2" undoes 2']);
    expect(run.withdrawn.toSorted()).toEqual([3, 4, 6]);
  });

  test("compensates a step that completes although it is withdrawn", async () => {
    const text = steps("a: { task: t, compensate: { task: undo } }\nb: { task: FailB }");
    // The host had its result before the withdrawal reached it.
    const run = await startCompiled(text, {}, echo, ({ name }) => name === "t");
    await run.settle((open) => open.findIndex(({ name }) => name === "FailB"));
    expect(run.withdrawn).toEqual([]);
    expect(shown(run.operations).at(-1)).toBe("3 a call undo {} undoes 1");
  });

  test("compensates the items of forEach one by one if the compensation uses them, and else once", async () => {
    const text = steps(
      [
        "a: { task: t, forEach: [x, y, z], onError: continue, compensate: { task: undo, input: '${ item + index + steps.a.output[index] }' } }",
        "b: { task: t, forEach: [1, 2], compensate: { task: undo, input: '${ steps.b.output }' } }",
        "c: { task: FailC, after: [a, b] }",
      ].join("\n"),
    );
    const answer: Answer = (operation, item) => (item === "y" ? { error: "DataError" } : echo(operation, item));
    const run = await runCompiled(text, {}, answer);
    expect(shown(run.operations).slice(3)).toEqual([
      "4 b call undo [1,2] undoes 2",
      '5 a call undo "z2z" undoes 1',
      '6 a call undo "x0x" undoes 1',
    ]);
  });

  test("compensates completed branches of a step that has failed, which see its output so far", async () => {
    const text = steps(
      "p: { parallel: { a: { task: t, input: 5, compensate: { task: undo, input: '${ steps.p.output.a }' } }, b: { parallel: { c: { task: FailC } } } } }",
    );
    const run = await runCompiled(text, {}, echo);
    expect(shown(run.operations).slice(2)).toEqual(["3 p.a call undo 5 undoes 1"]);
    expect(run.end()).toMatchObject({ error: { name: "FailC" } });
  });

  test("goes on with other compensations when one fails", async () => {
    const text = steps(
      "a: { task: t, compensate: { task: undo } }\nb: { task: t, after: a, compensate: { task: FailUndo } }\nc: { task: FailC, after: b }",
    );
    const run = await runCompiled(text, {}, echo);
    expect(shown(run.operations).slice(3)).toEqual(["4 b call FailUndo {} undoes 2", "5 a call undo {} undoes 1"]);
    expect(run.end()).toMatchObject({ error: { name: "FailC", cause: { errors: [{ name: "FailUndo" }] } } });
  });

  test("goes to a step in place of everything after the failed one", async () => {
    const text = steps(
      [
        "a: { task: '${TASK}', onError: { goTo: x } }".replace("${TASK}", "FailA"),
        "b: { task: t, after: a }",
        "c: { task: t, input: '${ steps.b.status }' }",
        "d: { task: t }",
        "x: { task: t, input: '${ steps.a.error.name } ${ steps.d.status }' }",
      ].join("\n"),
    );
    const run = await runCompiled(text, {}, echo);
    expect(run.end()).toEqual({ output: { a: null, b: null, c: null, d: {}, x: "FailA completed" } });
    expect((await runCompiled(text.replace("FailA", "t"), {}, echo)).end()).toEqual({
      output: { a: {}, b: {}, c: "completed", d: {}, x: null },
    });
  });

  test("ends at once when the run is cancelled, and compensates nothing", async () => {
    const text = steps(
      "a: { task: t, compensate: { task: undo } }\nb: { task: open, after: a, onError: continue }\nc: { task: t, after: b }",
    );
    const run = await runCompiled(text, {}, (operation) => (operation.name === "open" ? undefined : echo(operation)));
    await run.cancel();
    expect(run.end()).toMatchObject({ error: { name: "CancelledError" } });
    expect(run.operations).toHaveLength(2);
  });

  test.each([
    ["throws", "${ input.a.b }", 'step "a": TypeError'],
    ["throws something else", "${ (() => { throw 5 })() }", 'step "a": 5'],
    ["reaches for the host", "${ require('fs') }", "require"],
    ["reaches for the runtime", "${ plan.steps }", "plan"],
    ["reaches for the context", "${ context.secrets }", "context"],
    ["is a promise", "${ (async () => 1)() }", "promise"],
    ["has no JSON", "${ () => 1 }", 'step "a": its value is a function, which has no JSON'],
    ["is circular", "${ ((a) => { a.a = a; return a })({}) }", 'step "a": its value has no JSON'],
    ["is a number too large for JSON", "${ 5n }", 'step "a": its value is a bigint, which has no JSON'],
  ])("ends with an ExpressionError when an expression %s", async (_name, expression, message) => {
    const global = globalThis as { require?: unknown };
    const { require } = global;
    delete global.require;
    try {
      const run = await runCompiled(`steps:\n  a:\n    output: ${JSON.stringify(expression)}\n`, {}, echo);
      const end = run.end();
      expect(end).toMatchObject({ error: { name: "ExpressionError" } });
      const { error } = end as { error: Error };
      expect(error.message).toContain(message);
      expect(error.message).toStartWith("workflow.yaml");
      if (message.startsWith("step")) expect(error.message).toStartWith("workflow.yaml:3:14, ");
    } finally {
      if (require !== undefined) global.require = require;
    }
  });

  test("names the output when an expression of it fails, and compensates", async () => {
    const text = `${steps("a: { task: t, compensate: { task: undo } }")}output: \${ steps.a.output.b.c }\n`;
    const run = await runCompiled(text, {}, echo);
    expect(run.end()).toMatchObject({
      error: { name: "ExpressionError", message: expect.stringContaining("workflow.yaml:3:9, the output") },
    });
    expect(shown(run.operations)).toHaveLength(2);
  });

  test.each([
    ["a: { task: t, input: { x: 1, y: '${ () => 1 }' } }", '2:36, step "a": its value is a function'],
    ["a: { output: [1, '${ Symbol() }'] }", '2:21, step "a": its value is a symbol'],
    ["a: { forEach: [1], task: t, input: '${ 5n }' }", '2:39, step "a": its value is a bigint'],
    ["a: { forEach: '${ input }', task: t }", '2:18, step "a": forEach needs a list, and this is an object'],
  ])("names the place of a value that can't be passed on: %s", async (text, message) => {
    const end = (await runCompiled(steps(text), {}, echo)).end() as { error: Error };
    expect(end.error.message).toStartWith(`workflow.yaml:${message}`);
    expect(end.error.name).toBe("ExpressionError");
  });

  test("says which step has failed first", async () => {
    const text = steps(
      "a: { task: t }\nb: { after: a, parallel: { x: { task: FailNo } } }\nc: { after: a, task: FailToo }",
    );
    const { error } = (await runCompiled(text, {}, echo)).end() as { error: Error & { step?: string } };
    expect(error.step).toBe("b");
  });

  test("lists its steps in the order of the file, however long each takes", async () => {
    const text = `${steps("a: { task: t }\nb: { output: 1 }\nc: { task: t }")}output: \${ Object.keys(steps) }\n`;
    const last = (open: readonly unknown[]) => open.length - 1;
    expect((await runCompiled(text, {}, echo, last)).end()).toEqual({ output: ["a", "b", "c"] });
  });

  test("may compute names of steps in its output", async () => {
    const text = `${steps("a: { output: 1 }\nb: { output: 2 }")}output: \${ Object.entries(steps).map(([name, { output }]) => name + output) }\n`;
    expect((await runCompiled(text, {}, echo)).end()).toEqual({ output: ["a1", "b2"] });
  });

  test("has no trouble with names that objects have", async () => {
    const text = steps(
      "__proto__: { output: 1 }\nconstructor: { parallel: { __proto__: { output: '${ steps.__proto__.output + 1 }' } } }",
    );
    const run = await runCompiled(text, {}, echo);
    expect(JSON.stringify(run.end())).toBe('{"output":{"__proto__":1,"constructor":{"__proto__":2}}}');
  });
});
