import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { newWorkplace } from "../support/serve-process.ts";

const waiting: (() => void)[] = [];
/** Answers when two requests wait. */
const service = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/pair": async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      if (waiting.length === 2) for (const release of waiting.splice(0)) release();
      await promise;
      return new Response("pair");
    },
    "/headers": ({ headers }) => new Response(headers.get("traceparent")),
  },
});
const base = `http://127.0.0.1:${service.port}`;
afterAll(() => service.stop(true));

interface Event {
  name: string;
  ph: string;
  ts: number;
  dur: number;
  tid: number;
  args: Record<string, unknown>;
}

function readEvents(folder: string): Event[] {
  const { traceEvents } = JSON.parse(readFileSync(join(folder, "trace.json"), "utf8")) as { traceEvents: Event[] };
  return traceEvents.filter(({ ph }) => ph === "X");
}

test("run-once --trace writes Chrome's format, with a track for each of two calls at a time", async () => {
  using place = newWorkplace();
  const code = `async () => { const calls = [fetch("${base}/pair"), fetch("${base}/pair")]; for (const one of calls) await one; return 1; }`;
  place.writeTask("pair", code);
  const before = Date.now();
  const run = await place.ratchet(["run-once", "--from-fs", "tasks/pair", "--trace", "trace.json"]);
  expect([run.code, run.stdout, run.stderr]).toEqual([0, "1\n", ""]);
  const events = readEvents(place.folder);
  expect(events.map(({ name }) => name.split(" ")[0])).toEqual([
    "attempt",
    "validation",
    "run",
    "validation",
    "fetch",
    "fetch",
  ]);
  const [first, second] = events.filter(({ name }) => name.startsWith("fetch"));
  expect(first?.tid).not.toBe(second?.tid);
  for (const event of events) {
    expect(Number.isInteger(event.ts) && Number.isInteger(event.dur)).toBe(true);
    expect(event.ts / 1_000).toBeGreaterThan(before - 1);
    expect(event.ts / 1_000).toBeLessThan(Date.now() + 1);
  }
  expect(first?.args).toMatchObject({ "url.full": `${base}/pair`, "http.response.status_code": 200 });
});

test("the file is also written when the task fails, and no other file is left", async () => {
  using place = newWorkplace();
  place.writeTask("failing", "() => { throw new Error('oh no'); }");
  const run = await place.ratchet(["run-once", "--from-fs", "tasks/failing", "--trace", "trace.json"]);
  expect(run.code).toBe(1);
  const events = readEvents(place.folder);
  expect(events.map(({ name, args }) => [name, args.error])).toEqual([
    ["attempt", "Error: oh no"],
    ["validation", undefined],
    ["run", "Error: oh no"],
  ]);
  expect(readdirSync(place.folder).sort()).toEqual(["tasks", "trace.json"]);
});

test("a stream has the attempts of all lines in one trace, and nothing overlaps on a track", async () => {
  using place = newWorkplace();
  place.writeTask(
    "pairs",
    `({ path }) => { const { ok } = fetch("${base}" + path); if (!ok) throw new Error("no"); return 1; }`,
  );
  const lines = ["/pair", "/pair", "/missing", "/pair", "/pair"].map((path) => JSON.stringify({ path }));
  const args = ["run-once", "--from-fs", "tasks/pairs", "--ndjson", "--trace", "trace.json"];
  const run = await place.ratchet(args, { stdin: `${lines.join("\n")}\n` });
  expect(run.code).toBe(1);
  const events = readEvents(place.folder);
  const attempts = events.filter(({ name }) => name === "attempt");
  expect(attempts.map(({ args }) => args["ratchet.line"]).sort()).toEqual([1, 2, 3, 4, 5]);
  expect(attempts.filter(({ args }) => args.error === "Error: no").map(({ args }) => args["ratchet.line"])).toEqual([
    3,
  ]);
  expect(events.filter(({ name }) => name.startsWith("fetch"))).toHaveLength(5);
  for (const a of events) {
    for (const b of events) {
      if (a === b || a.tid !== b.tid || a.ts > b.ts) continue;
      const apart = a.ts + a.dur <= b.ts;
      const isNested = b.ts + b.dur <= a.ts + a.dur || (a.ts === b.ts && a.dur <= b.dur);
      expect(apart || isNested).toBe(true);
    }
  }
  expect(readdirSync(place.folder).sort()).toEqual(["tasks", "trace.json"]);
});

test("nothing runs if the trace can't be written", async () => {
  using place = newWorkplace();
  place.writeTask("quiet", "() => { console.log('ran'); return 1; }");
  const run = await place.ratchet(["run-once", "--from-fs", "tasks/quiet", "--trace", "nowhere/trace.json"]);
  expect(run.code).toBe(6);
  expect(run.stderr).not.toContain("ran");
  expect(existsSync(join(place.folder, "nowhere"))).toBe(false);
});

test("a secret in the address of a call is masked", async () => {
  using place = newWorkplace();
  place.writeTask("secret", `(input, { secrets }) => fetch("${base}/headers?key=" + secrets.KEY).status`, {
    permissions: { secrets: ["KEY"] },
  });
  const args = ["run-once", "--from-fs", "tasks/secret", "--trace", "trace.json"];
  const run = await place.ratchet(args, { env: { RATCHET_SECRET_KEY: "a-long-secret-value" } });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const text = readFileSync(join(place.folder, "trace.json"), "utf8");
  expect(text).toContain("/headers?key=");
  expect(text).not.toContain("a-long-secret-value");
});

test("a recording does not have the headers of the trace, and a replay is equal", async () => {
  using place = newWorkplace();
  place.writeTask("headers", `() => fetch("${base}/headers").body`);
  const run = await place.ratchet(["run-once", "--from-fs", "tasks/headers", "--record", "recordings"]);
  expect(run.stdout).toMatch(/^"00-[\da-f]{32}-[\da-f]{16}-01"\n$/);
  const [name = ""] = readdirSync(join(place.folder, "recordings"));
  const folder = join("recordings", name);
  for (const file of readdirSync(join(place.folder, folder))) {
    const text = readFileSync(join(place.folder, folder, file), "utf8");
    expect(text).not.toMatch(/"name":\s*"traceparent"/i);
  }
  expect((await place.ratchet(["replay", "--from-fs", "tasks/headers", "--recording", folder])).code).toBe(0);
});
