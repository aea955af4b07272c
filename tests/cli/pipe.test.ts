import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type MadeTask, makeTask } from "../support/made-task.ts";
import { exitCode as endCode, ratchet, shell, startRatchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const task = (label: string, main: string, more: Partial<MadeTask> = {}) => {
  makeTask(folder.path, { label, main, ...more });
  return label;
};
const stream = { metadata: { stream: true } };

const double = task("double", "({ n }) => { if (n === 13) throw new DataError('unlucky'); return { n: n * 2 }; }", {
  inputSchema: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
});
const spread = task("spread", "function* main({ n }) { yield { n }; yield { n: -n }; }");
const total = task(
  "total",
  "async function* main(rows) { let n = 0; for await (const row of rows) yield { n: (n += row.n) }; }",
  stream,
);
const first = task(
  "first",
  "async function* main(rows) { let count = 0; try { for await (const row of rows) { yield row; if (++count === 3) return; } } finally { console.log('closed'); } }",
  stream,
);
const endless = task(
  "endless",
  "async function* main() { let n = 100; try { for (;;) yield { n: n++ }; } finally { console.log('endless closed'); } }",
  stream,
);
const sum = task(
  "sum",
  "async (rows) => { let n = 0; for await (const row of rows) n += row.n; return { n }; }",
  stream,
);
const rows = (...numbers: number[]) => numbers.map((n) => `{"n":${n}}\n`).join("");
const pipe = (tasks: string[], stdin: string, ...args: string[]) =>
  ratchet(["pipe", ...tasks, "--ndjson", ...args], { stdin, cwd: folder.path });

describe("a pipe", () => {
  test("passes rows from task to task, in order", async () => {
    const single = await pipe([double], rows(1, 2, 3));
    expect(single).toEqual({ exitCode: 0, stdout: rows(2, 4, 6), stderr: "" });
    const three = await pipe([double, spread, total], `${rows(1)}\n${rows(2)}`);
    expect(three).toEqual({ exitCode: 0, stdout: rows(2, 0, 4, 0), stderr: "" });
    const many = Array.from({ length: 5_000 }, (_, index) => index + 100);
    const { stdout } = await pipe([double, double, sum], rows(...many));
    expect(stdout).toBe(rows(many.reduce((whole, n) => whole + n * 4, 0)));
    expect(await pipe([double, total], "")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("takes tasks of collections, reads a file and writes one, whole or not at all", async () => {
    const file = join(folder.path, "rows.ndjson");
    writeFileSync(file, rows(1, 2));
    const output = join(folder.path, "out.ndjson");
    const args = ["pipe", `${folder.path}#double`, `${folder.path}#total`, "--input-file", file, "--output", output];
    expect(await ratchet(args)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(readFileSync(output, "utf8")).toBe(rows(2, 6));
    const failed = join(folder.path, "failed.ndjson");
    writeFileSync(file, rows(1, 13));
    expect(await ratchet([...args.slice(0, -1), failed])).toMatchObject({ exitCode: 1, stdout: "" });
    expect(existsSync(failed)).toBe(false);
  });

  test.each([
    ["a task that runs for each row", [double], [1, 13, 3], 2, "stage 1 (double), line 2: DataError: unlucky"],
    ["a later one", [double, double], [1, 6.5, 3], 2, "stage 2 (double), line 2: DataError: unlucky"],
    ["behind one that multiplies rows", [spread, double], [1, -13], 4, "stage 2 (double), line 4: DataError: unlucky"],
  ] as const)("names stage and line of a failure: %s", async (_, tasks, numbers, line, message) => {
    const { exitCode, stderr } = await pipe([...tasks], rows(...numbers), "--error-format", "json");
    const { error } = JSON.parse(stderr);
    expect({ exitCode, message: error.message, line: error.data.line }).toEqual({ exitCode: 1, message, line });
  });

  test("names the row that a task of streams failed at, also one that does not fit, and what was before it stays", async () => {
    const picky = task(
      "picky",
      "async function* main(rows) { for await (const { n } of rows) { if (n === 4) throw new DataError('four'); yield { n }; } }",
      {
        ...stream,
        inputSchema: { type: "object", properties: { n: { type: "integer" } } },
      },
    );
    const thrown = await pipe([picky, double], rows(1, 2, 4, 5));
    expect(thrown).toMatchObject({
      exitCode: 1,
      stdout: rows(2, 4),
      stderr: expect.stringContaining("stage 1 (picky), line 3: DataError: four"),
    });
    const unfit = await pipe([double, picky], rows(1, 2.25));
    expect(unfit).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("stage 2 (picky), line 2: the input does not match"),
    });
    const bad = await pipe([double, picky], `${rows(1)}{"n"\n`);
    expect(bad).toMatchObject({
      exitCode: 3,
      stdout: rows(2),
      stderr: expect.stringContaining("line 2 is not valid JSON"),
    });
  });

  test("checks what a task writes", async () => {
    const wrong = task("wrong", "({ n }) => (n === 2 ? 'two' : { n })", { outputSchema: { type: "object" } });
    expect(await pipe([wrong], rows(1, 2))).toMatchObject({
      exitCode: 3,
      stdout: rows(1),
      stderr: expect.stringContaining("stage 1 (wrong), line 2"),
    });
  });

  test("ends when a task reads no more, and closes those before it", async () => {
    const { stdout, stderr, exitCode } = await pipe([endless, double, first], "");
    expect({ stdout, exitCode }).toEqual({ stdout: rows(200, 202, 204), exitCode: 0 });
    expect(stderr.split("\n").sort()).toEqual(["", "[info] closed", "[info] endless closed"]);
  });

  test("ends when its reader goes away, even if the input never ends", async () => {
    const run = await shell(`yes '{"n":1}' | $RATCHET pipe ${double} ${total} | head -n 2; echo \${PIPESTATUS[1]}`, {
      cwd: folder.path,
    });
    expect(run).toMatchObject({ stdout: `${rows(2, 4)}141\n` });
  });

  test("passes on what a row streams as it is written, and closes it when nobody reads any more", async () => {
    const forever = task(
      "forever",
      "async function* main() { let n = 0; try { for (;;) yield { n: n++ }; } finally { console.log('closed'); } }",
    );
    const { stdout, stderr, exitCode } = await pipe([forever, double, first], rows(1));
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: rows(0, 2, 4),
      stderr: "[info] closed\n[info] closed\n",
      exitCode: 0,
    });
  });

  test("writes what a row has become before the next row is there", async () => {
    const { promise: written, resolve: nextRow } = Promise.withResolvers<void>();
    const stdin = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(Buffer.from(rows(1)));
        await written;
        controller.enqueue(Buffer.from(rows(2)));
        controller.close();
      },
    });
    const process = startRatchet(["pipe", double, "--ndjson"], { stdin, cwd: folder.path });
    let seen = "";
    for await (const part of process.stdout) {
      seen += new TextDecoder().decode(part);
      if (seen === rows(2)) nextRow();
    }
    expect(seen).toBe(rows(2, 4));
  });

  test("that is interrupted dies of the signal, without an error", async () => {
    const busy = task("busy", "({ n }) => { console.log('busy'); for (;;); }");
    const process = startRatchet(["pipe", busy, "--ndjson"], { stdin: rows(1), cwd: folder.path });
    let seen = "";
    for await (const part of process.stderr) {
      if (seen === "") process.kill("SIGTERM");
      seen += new TextDecoder().decode(part);
    }
    expect([seen, await endCode(process)]).toEqual(["[info] busy\n", 143]);
  });

  test("lets tasks call others", async () => {
    const caller = task("caller", "async (row, context) => context.call('double', row)");
    expect(await pipe([caller, caller], rows(1, 2))).toEqual({ exitCode: 0, stdout: rows(4, 8), stderr: "" });
  });

  test("of nothing or of tasks that do not exist is an error", async () => {
    expect(await ratchet(["pipe"])).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await pipe([double, "missing"], "")).toMatchObject({ exitCode: 3, stdout: "" });
  });
});
