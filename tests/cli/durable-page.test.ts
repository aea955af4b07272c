/** The examples of docs/durable.md run and do what the page says. */
import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { REPOSITORY, ratchet, temporaryFolder } from "../support/ratchet.ts";

const PAGE = readFileSync(join(REPOSITORY, "docs/durable.md"), "utf8");

/** The indented blocks of the page, without their indentation. */
const BLOCKS = PAGE.match(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)?.map((block) => block.replace(/^ {4}/gm, "").trim()) ?? [];
/** Those that begin with the name of a file, by that name. */
const FILES = new Map(
  BLOCKS.flatMap((block) => {
    const name = /^\/\/ ([\w-]+\.js)\n/.exec(block)?.[1];
    return name === undefined ? [] : [[name, block] as const];
  }),
);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
for (const [name, text] of FILES) writeFileSync(join(folder.path, name), text);
const called = (label: string, main: string) =>
  writeFileSync(join(folder.path, `${label}.js`), `export default ${main};`);
called(
  "fetch-price",
  "({ shop }) => { if (shop === 'closed') throw new NetworkError('no answer'); return { amount: shop.length }; }",
);

const run = (file: string, input: unknown, ...args: string[]) =>
  ratchet(["run-once", "--from-fs", join(folder.path, file), "--input-json", JSON.stringify(input), ...args]);

describe("the examples", () => {
  test("are as many as the tests here", () => {
    expect([...FILES.keys()].sort()).toEqual([
      "charge-card.js",
      "charge.js",
      "count.js",
      "order.js",
      "prices.js",
      "refund-card.js",
      "total.js",
    ]);
  });

  test("order.js with the answers of the page", async () => {
    const line = BLOCKS.find((block) => block.startsWith("ratchet run-once"));
    const answers = [...(line ?? "").matchAll(/(--approve|--signal) '([^']+)'/g)].flatMap(
      ([, option = "", value = ""]) => [option, value],
    );
    expect(answers).toHaveLength(4);
    const input = { orderId: 7, sum: 50 };
    expect(await run("order.js", input, ...answers)).toEqual({
      exitCode: 0,
      stdout: '{"orderId":7,"reference":"R1"}\n',
      stderr: "",
    });
    const rejected = await run("order.js", input, "--approve", "Ship order 7?=false");
    expect(rejected).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("refunded C7") });
  });

  test("the test of order.js", async () => {
    const block = BLOCKS.find((one) => one.includes('"mock"'));
    const path = makeTask(folder.path, {
      label: "order",
      main: FILES.get("order.js") ?? "",
      tests: { "page.json": block },
    });
    expect(await ratchet(["test", path])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 passed") });
  });

  test("prices.js", async () => {
    const { stdout } = await run("prices.js", { shops: ["abc", "ab", "closed"], sku: "A1" });
    expect(JSON.parse(stdout)).toEqual({ best: 2, failed: 1 });
  });

  test("charge.js with a mocked service", async () => {
    const mock = {
      http: {
        url: "https://pay.example/charges",
        method: "POST",
        request_headers: { "idempotency-key": { $regex: "-1$" } },
        body: { id: 5 },
      },
    };
    const tests = { "one.json": { input: { sum: 1 }, expected_output: 5, mock } };
    const path = makeTask(folder.path, { label: "charge", main: FILES.get("charge.js") ?? "", tests });
    expect(await ratchet(["test", path])).toMatchObject({ exitCode: 0 });
  });

  test("count.js and total.js, alone and in a pipe", async () => {
    expect((await run("count.js", { upTo: 3 })).stdout).toBe('{"number":1}\n{"number":2}\n{"number":3}\n');
    const total = await ratchet(["run-once", "--from-fs", join(folder.path, "total.js"), "--ndjson"], {
      stdin: '{"amount":1}\n{"amount":2}\n',
    });
    expect(total.stdout).toBe('{"total":1}\n{"total":3}\n');
    writeFileSync(join(folder.path, "amount.js"), "export default ({ number }) => ({ amount: number });");
    const args = ["pipe", "count.js", "amount.js", "total.js", "--ndjson"];
    const { stdout } = await ratchet(args, { stdin: '{"upTo":2}\n{"upTo":1}\n', cwd: folder.path });
    expect(stdout).toBe('{"total":1}\n{"total":3}\n{"total":4}\n');
  });
});

test("the page names every durable method", () => {
  for (const method of [
    "sleep",
    "sleepUntil",
    "call",
    "map",
    "step",
    "waitFor",
    "approve",
    "emit",
    "output.write",
    "continueAsNew",
  ]) {
    expect(PAGE).toContain(`\`${method}(`);
  }
});
