import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { exitCode, ratchet, startRatchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const task = (label: string, main: string, more: { metadata?: Record<string, unknown>; inputSchema?: unknown } = {}) =>
  makeTask(folder.path, { label, main, ...more });

const uuid = crypto.randomUUID();
for (const version of ["1.0.0", "1.1.0"]) {
  const path = task("double", `(input) => ({ value: input.value * 2, version: "${version}" })`, {
    metadata: { uuid, version },
    inputSchema: { type: "object", properties: { value: { type: "number" } }, required: ["value"] },
  });
  renameSync(path, `${path}-${version}`);
}
task("fails", "() => { throw Object.assign(new RateLimitError('slow down'), { code: 'E42' }); }");
const caller = task(
  "caller",
  "async (input, context) => { const { task, with: value, ...options } = input; return context.call(task, value, options); }",
);

async function run(path: string, input: unknown, ...args: string[]) {
  return ratchet(["run-once", "--from-fs", path, "--input-json", JSON.stringify(input), ...args]);
}

/** Runs and parses the error of a failed run. */
async function failure(path: string, input: unknown, ...args: string[]) {
  const { exitCode: code, stdout, stderr } = await run(path, input, "--error-format", "json", ...args);
  const { error } = JSON.parse(stderr.trim().split("\n").at(-1) ?? "");
  return { code, stdout, error };
}

describe("calls", () => {
  test("find the tasks of the collection and of the folder around a task, in the newest version unless one is given", async () => {
    const call = { task: "double", with: { value: 4 } };
    const newest = { exitCode: 0, stdout: '{"value":8,"version":"1.1.0"}\n', stderr: "" };
    expect(await run(caller, call)).toEqual(newest);
    expect(await run(`${folder.path}#caller`, call)).toEqual(newest);
    expect(await run(caller, { ...call, task: uuid, version: "1.0.0" })).toMatchObject({
      stdout: '{"value":8,"version":"1.0.0"}\n',
    });
    expect((await run(`${folder.path}#double`, { value: 1 })).stdout).toBe('{"value":2,"version":"1.1.0"}\n');
  });

  test("reject with the child's error, or before anything starts", async () => {
    const thrown = await failure(caller, { task: "fails" });
    expect(thrown).toMatchObject({
      code: 1,
      stdout: "",
      error: { guest: { name: "RateLimitError", message: "slow down", code: "E42" } },
    });
    const invalid = await failure(caller, { task: "double", with: {} });
    expect(invalid.error.guest).toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining("the input does not match the schema of double"),
    });
    const missing = await failure(caller, { task: "triple" });
    expect(missing.error.guest).toMatchObject({ code: "TASK_NOT_FOUND", message: 'There is no task "triple".' });
    expect(missing.error.remedy).toContain("in the folder around a single task");
  });

  test("say which child failed", async () => {
    const path = task(
      "reports",
      "async (_, context) => { try { await context.call('fails'); } catch (error) { return error.call; } }",
    );
    const { stdout } = await run(path, {});
    const id = expect.stringMatching(/^[\da-f-]{36}$/);
    expect(JSON.parse(stdout)).toEqual({ task: "fails", version: "1.0.0", jobId: id, executionId: id });
  });

  test("are nested to a depth, and end with a clear error behind it", async () => {
    const path = task("endless", "async (_, context) => context.call('endless')");
    const { error } = await failure(path, {});
    expect(error.guest).toMatchObject({
      name: "RangeError",
      code: "CALL_DEPTH",
      message: expect.stringContaining("more than 32 deep"),
    });
  });

  test("of many at once: map keeps the order", async () => {
    const path = task(
      "maps",
      "async ({ count }, context) => (await context.map(Array.from({ length: count }, (_, value) => ({ value })), 'double', { concurrency: 8 })).map(({ value }) => value)",
    );
    const { stdout, stderr } = await run(path, { count: 200 });
    expect({ values: JSON.parse(stdout), stderr }).toEqual({
      values: Array.from({ length: 200 }, (_, value) => value * 2),
      stderr: "",
    });
  });

  test("of a single file find the files next to it", async () => {
    writeFileSync(
      join(folder.path, "hello.ts"),
      "export default async (input, context) => context.call('named', { name: 'Ada' });",
    );
    writeFileSync(join(folder.path, "named.ts"), "export default ({ name }) => 'Hello, ' + name + '!';");
    expect(await ratchet(["run", join(folder.path, "hello.ts")])).toEqual({
      exitCode: 0,
      stdout: '"Hello, Ada!"\n',
      stderr: "",
    });
  });

  test("go on when main has returned, if they are detached; others are cancelled", async () => {
    task(
      "slow",
      "async ({ name }, context) => { try { await context.sleep(200); console.log(name + ' ends'); } finally { console.log(name + ' cleans up'); } }",
    );
    const path = task(
      "starts",
      "async (_, context) => { const ids = await context.call('slow', { name: 'detached' }, { detached: true }); void context.call('slow', { name: 'open' }); await context.sleep(50); return Object.keys(ids); }",
    );
    const { stdout, stderr } = await run(path, {});
    expect(stdout).toBe('["jobId","executionId"]\n');
    expect(stderr).toContain("detached ends\n");
    expect(stderr).toContain("open cleans up\n");
    expect(stderr).not.toContain("open ends");
  });

  test("that sleep make room for others, however many there are", async () => {
    task("naps", "async ({ name }, context) => { await context.sleep('1h'); return name; }");
    const main = `async (_, context) => {
      for (let i = 0; i < 200; i++) void context.call("naps", { name: String(i) }).catch(() => {});
      return (await context.call("double", { value: 21 })).value;
    }`;
    expect(await run(task("many-naps", main), {})).toEqual({ exitCode: 0, stdout: "42\n", stderr: "" });
    task(
      "short-nap",
      "async ({ name }, context) => { const before = Math.random(); await context.sleep(700); return [name, before !== Math.random()]; }",
    );
    const path = task(
      "wakes",
      "async (_, context) => context.map(Array.from({ length: 80 }, (_, name) => ({ name })), 'short-nap', { concurrency: 80 })",
    );
    const { stdout } = await run(path, {});
    expect(JSON.parse(stdout)).toEqual(Array.from({ length: 80 }, (_, name) => [name, true]));
  });

  test("are limited by permissions.tasks, and named in the ledger", async () => {
    const main =
      "async (_, context) => { const { value } = await context.call('double', { value: 1 }); try { await context.call('fails'); } catch (error) { return [value, error.name, error.code]; } }";
    const path = task("limited", main, { metadata: { permissions: { tasks: ["dou*"] } } });
    const ledger = join(folder.path, "ledger.json");
    expect((await run(path, {}, "--ledger", ledger)).stdout).toBe('[2,"PermissionError","PERMISSION_DENIED"]\n');
    expect(await Bun.file(ledger).json()).toMatchObject({ tasks: ["double"] });
  });
});

describe("answers", () => {
  const path = task(
    "asks",
    `async ({ what, title, ...options }, context) => what === "signal" ? [await context.waitFor("paid", options), await context.waitFor("paid", options)] : context.approve({ title, ...options })`,
  );

  test("come from --signal in order, and from --approve", async () => {
    const signals = await run(
      path,
      { what: "signal" },
      "--signal",
      "paid=1",
      "--signal",
      "other=5",
      "--signal",
      'paid={"sum":2}',
    );
    expect(signals).toEqual({ exitCode: 0, stdout: '[1,{"sum":2}]\n', stderr: "" });
    const title = "Buy = pay?";
    const decide = async (answer: string) =>
      JSON.parse((await run(path, { title }, "--approve", `${title}=${answer}`)).stdout);
    expect(await decide("true")).toEqual({
      approved: true,
      by: "command line",
      at: expect.stringMatching(/Z$/),
      input: null,
    });
    expect(await decide("false")).toMatchObject({ approved: false });
    expect(await decide('{"approved":true,"input":{"note":"fine"}}')).toMatchObject({
      approved: true,
      input: { note: "fine" },
    });
  });

  test("that nobody gives end the wait at once, or at its time-out", async () => {
    const nobody = await failure(path, { what: "signal" }, "--signal", "paid=1");
    expect(nobody).toMatchObject({
      code: 1,
      stdout: "",
      error: { code: "NOBODY_TO_ANSWER", remedy: expect.stringContaining("--signal NAME=JSON") },
    });
    expect(await failure(path, { title: "Buy?" })).toMatchObject({ error: { code: "NOBODY_TO_ANSWER" } });
    const late = await failure(path, { what: "signal", timeout: "50ms" });
    expect(late.error.guest).toMatchObject({ name: "TimeoutError" });
    expect(JSON.parse((await run(path, { title: "Buy?", timeout: "50ms" })).stdout)).toMatchObject({
      approved: false,
      by: null,
    });
  });

  test("of a wrong form are wrong usage, whatever the task does", async () => {
    for (const args of [
      ["--signal", "paid"],
      ["--signal", "paid=x"],
      ["--approve", "=true"],
    ]) {
      expect(await run(caller, {}, ...args)).toMatchObject({ exitCode: 2, stdout: "" });
    }
  });
});

test("continueAsNew begins again with a new input", async () => {
  const path = task(
    "counts",
    "async ({ count, sum = 0 }, context) => count === 0 ? sum : context.continueAsNew({ count: count - 1, sum: sum + count })",
  );
  expect(await run(path, { count: 50 })).toEqual({ exitCode: 0, stdout: "1275\n", stderr: "" });
});

test("emit is shown with --verbose only", async () => {
  const path = task("emits", "async (_, context) => { await context.emit('paid', { sum: 5 }); return 1; }");
  expect(await run(path, {})).toEqual({ exitCode: 0, stdout: "1\n", stderr: "" });
  expect((await run(path, {}, "--verbose")).stderr).toContain('emitted paid: {"sum":5}');
});

test("steps run once, and again after a failure if they have a retry", async () => {
  const path = task(
    "steps",
    `async (_, context) => {
      let runs = 0;
      const once = await context.step("once", ({ key }) => key);
      const twice = await context.step("twice", () => { if (++runs < 2) throw new NetworkError("no line"); return runs; }, { retry: { maxRetries: 2, delay: 10 } });
      return [typeof once, twice];
    }`,
  );
  expect(await run(path, {})).toEqual({ exitCode: 0, stdout: '["string",2]\n', stderr: "" });
});

describe("a signal to the process", () => {
  const path = task(
    "waits",
    `async (_, context) => {
      console.log("ready");
      try {
        await context.sleep("1h");
      } catch (error) {
        console.log(error.name);
        await context.sleep(10);
        throw error;
      } finally {
        console.log(String(context.signal.aborted));
      }
    }`,
  );
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s cancels the run, which may clean up", async (signal, code) => {
    const process = startRatchet(["run-once", "--from-fs", path]);
    const reader = process.stderr.getReader();
    let seen = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const before = seen;
      seen += new TextDecoder().decode(part.value);
      if (!before.includes("ready") && seen.includes("ready")) process.kill(signal);
    }
    expect({ code: await exitCode(process), seen, stdout: await process.stdout.text() }).toEqual({
      code,
      seen: "[info] ready\n[info] CancelledError\n[info] true\n",
      stdout: "",
    });
  });
});

describe("a signal to the process, which a task leaves no time for,", () => {
  const busy = "for (const since = Date.now(); Date.now() - since < 2; );";
  test.each([
    ["begins again without end", "(_, context) => { console.log('ready'); return context.continueAsNew(null); }", ""],
    [
      "calls without end",
      "async (_, context) => { console.log('ready'); for (;;) await context.call('double', { value: 1 }).catch(() => {}); }",
      "",
    ],
    [
      "writes without end",
      `async function* () { console.log('ready'); try { for (;;) { ${busy} yield 1; } } finally { console.log('closed'); } }`,
      "[info] closed\n",
    ],
  ])("ends one that %s", async (name, main, end) => {
    const path = task(`never-${name.replaceAll(" ", "-")}`, main);
    const process = startRatchet(["run-once", "--from-fs", path, "--timeout", "1h"]);
    const output = process.stdout.text();
    const reader = process.stderr.getReader();
    let seen = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (seen === "") process.kill("SIGTERM");
      seen = `${seen.slice(-1_000)}${new TextDecoder().decode(part.value)}`;
    }
    expect(await exitCode(process)).toBe(143);
    expect(seen).toEndWith(end);
    await output;
  });
});

test("items of a child, which nobody reads, may be large", async () => {
  task("large", "async function* () { yield 'x'.repeat(2_000_000); yield 1; return 'done'; }");
  const path = task("calls-large", "(_, context) => context.call('large')");
  expect(await run(path, {})).toEqual({ exitCode: 0, stdout: '"done"\n', stderr: "" });
});

test("a recording of a run that waits can't be replayed, and says so; one of a stream can", async () => {
  const dir = join(folder.path, "recordings");
  const recorded = async (path: string) => {
    expect(await run(path, {}, "--record", dir)).toMatchObject({ exitCode: 0 });
    const [name = ""] = readdirSync(dir);
    const replay = await ratchet(["replay", path, "--recording", join(dir, name)]);
    rmSync(dir, { recursive: true });
    return replay;
  };
  const refused = await recorded(task("sleeps", "async (_, context) => { await context.sleep(1); return 1; }"));
  expect(refused).toMatchObject({ exitCode: 3, stdout: "", stderr: expect.stringContaining("can't be replayed") });
  expect(await recorded(task("yields", "async function* main() { yield 1; }"))).toMatchObject({ exitCode: 0 });
});

test("a call rejects with the data of the child's error, as far as it is JSON and short", async () => {
  task(
    "with-data",
    "({ data }) => { throw Object.assign(new DataError('no'), { data: data === 'long' ? { text: 'x'.repeat(20000) } : data === 'circular' ? (() => { const own = {}; own.own = own; return own; })() : data }); }",
  );
  const path = task(
    "reads-data",
    "async (input, context) => { try { await context.call('with-data', input); } catch (error) { return error.data ?? null; } }",
  );
  const data = async (value: unknown) => JSON.parse((await run(path, { data: value })).stdout);
  expect(await data({ rows: [1, "two"] })).toEqual({ rows: [1, "two"] });
  for (const other of ["long", "circular", "text", 5, null]) expect(await data(other)).toBeNull();
});
