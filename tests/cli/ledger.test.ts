/** `--ledger FILE` of the executable: what a run touched. */
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ledger } from "../../src/domain/ledger.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";
import { startSocketServer } from "../support/socket-server.ts";

const folder = temporaryFolder();
const service = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/ten": () => new Response("0123456789"),
    "/fails": () => new Response("no", { status: 500 }),
    "/redirects": ({ url }) =>
      Response.redirect(url.replace("127.0.0.1", "localhost").replace("redirects", "ten"), 307),
    "/events": () => new Response("data: 1\n\ndata: 2\n\n", { headers: { "content-type": "text/event-stream" } }),
    "/packed": () => new Response(Bun.gzipSync("x".repeat(5_000)), { headers: { "content-encoding": "gzip" } }),
    "/silent": () => new Promise<Response>(() => {}),
  },
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await service.stop(true);
});
const base = `http://127.0.0.1:${service.port}`;
let files = 0;

/** Runs a program and returns its ledger. */
async function run(program: string, args: readonly string[] = [], stdin = "") {
  const task = join(folder.path, `${++files}.js`);
  writeFileSync(task, program);
  const path = join(folder.path, `${files}.json`);
  const result = await ratchet(["run-once", "--from-fs", task, "--ledger", path, ...args], { stdin });
  const ledger = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Ledger) : undefined;
  return { ...result, ledger };
}

test("a run that touches nothing has an empty ledger, with its time and memory", async () => {
  const { stdout, stderr, exitCode, ledger } = await run("() => 1");
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: "1\n", stderr: "", exitCode: 0 });
  const { cpuMs, peakMemoryBytes, ...rest } = ledger ?? ({} as Ledger);
  expect(rest).toEqual({ origins: [], secrets: [], tasks: [] });
  expect(cpuMs).toBeGreaterThan(0);
  expect(peakMemoryBytes).toBeGreaterThan(0);
});

test("the ledger has each origin with its calls, bytes and failures, redirects and compressed bodies too", async () => {
  const { ledger } = await run(`async () => {
    await (await fetch("${base}/ten")).text();
    fetch("${base}/ten", { method: "POST" }, "12345").status;
    fetch("${base}/fails", { method: "POST" }).status;
    fetch("${base}/packed").status;
    fetch("${base}/redirects", { method: "POST" }, "abc").status;
  }`);
  expect(ledger?.origins).toEqual([
    { origin: base, methods: { GET: 2, POST: 3 }, count: 5, bytesSent: 8, bytesReceived: 5_022, failures: 1 },
    {
      origin: `http://localhost:${service.port}`,
      methods: { POST: 1 },
      count: 1,
      bytesSent: 3,
      bytesReceived: 10,
      failures: 0,
    },
  ]);
});

test("WebSockets and EventSources count, with their messages", async () => {
  const sockets = await startSocketServer();
  const served = sockets.accept().then(async (connection) => {
    await connection.next();
    connection.frame(0x81, "four");
    connection.frame(0x82, new Uint8Array(6));
    connection.frame(0x88);
    await connection.closed;
  });
  try {
    const { stderr, ledger } = await run(`async () => {
      const socket = new WebSocket("${sockets.url.replace("http", "ws")}");
      await new Promise((resolve, reject) => {
        socket.onopen = () => socket.send("123");
        socket.onclose = resolve;
        socket.onerror = () => reject(new Error("failed"));
      });
      await new Promise((resolve) => {
        const events = new EventSource("${base}/events");
        events.onmessage = ({ data }) => { if (data === "2") { events.close(); resolve(); } };
      });
    }`);
    expect(stderr).toBe("");
    await served;
    expect(ledger?.origins).toEqual([
      {
        origin: `ws://127.0.0.1:${sockets.port}`,
        methods: { GET: 1 },
        count: 1,
        bytesSent: 3,
        bytesReceived: 10,
        failures: 0,
      },
      { origin: base, methods: { GET: 1 }, count: 1, bytesSent: 0, bytesReceived: 18, failures: 0 },
    ]);
  } finally {
    sockets.stop();
  }
});

test("the ledger is written when the task fails or is stopped, with the calls that got no response", async () => {
  const thrown = await run(`() => { fetch("${base}/ten").status; throw new Error("no"); }`);
  expect([thrown.exitCode, thrown.ledger?.origins[0]?.count]).toEqual([1, 1]);
  const stopped = await run(`async () => { await fetch("${base}/silent"); }`, ["--timeout", "300ms"]);
  expect(stopped.exitCode).toBe(4);
  expect(stopped.ledger?.origins).toMatchObject([{ origin: base, count: 1, failures: 1 }]);
});

test("the ledger names the secrets that the task was given", async () => {
  const place = join(folder.path, "with-secret");
  mkdirSync(place);
  const permissions = { secrets: ["API_TOKEN"] };
  const metadata = { uuid: crypto.randomUUID(), version: "1.0.0", label: "with-secret", description: "", permissions };
  writeFileSync(join(place, "metadata.json"), JSON.stringify(metadata));
  for (const side of ["input", "output"]) writeFileSync(join(place, `${side}.schema.json`), "{}");
  writeFileSync(join(place, "main.js"), "(_, { secrets }) => secrets.API_TOKEN.length");
  const path = join(place, "ledger.json");
  const env = { RATCHET_SECRET_API_TOKEN: "tell-nobody" };
  const { stdout } = await ratchet(["run", "--ledger", path, place], { env });
  expect(stdout).toBe("11\n");
  const text = readFileSync(path, "utf8");
  expect(JSON.parse(text).secrets).toEqual(["API_TOKEN"]);
  expect(text).not.toContain("tell-nobody");
});

test("a stream has one ledger of all its lines and their retries", async () => {
  const program = `({ path }) => {
    const { status } = fetch("${base}/" + path, { method: "POST" }, "12");
    if (status === 500) throw new ServiceUnavailableError("later");
    return status;
  }`;
  const lines = [...Array(20).fill('{"path":"ten"}'), '{"path":"fails"}'].join("\n");
  const { exitCode, ledger } = await run(program, ["--ndjson", "--retry", "1"], lines);
  expect(exitCode).toBe(1);
  expect(ledger?.origins).toEqual([
    { origin: base, methods: { POST: 22 }, count: 22, bytesSent: 44, bytesReceived: 204, failures: 2 },
  ]);
  expect(ledger?.cpuMs).toBeGreaterThan(0);
});

test("the file appears whole or not at all, and nothing runs if it can't be written", async () => {
  const task = join(folder.path, "marks.js");
  writeFileSync(task, `() => { console.log("ran"); return 1; }`);
  const lost = join(folder.path, "missing", "ledger.json");
  for (const mode of [[], ["--ndjson"]]) {
    const { exitCode, stderr, stdout } = await ratchet(["run", "--ledger", lost, ...mode, task], { stdin: "1\n" });
    expect([exitCode, stdout]).toEqual([6, ""]);
    expect(stderr).toContain(lost);
    expect(stderr).not.toContain("ran");
  }
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("standard output and a dry run have no ledger", async () => {
  for (const args of [
    ["--ledger", "-"],
    ["--ledger", "x.json", "--dry-run"],
  ]) {
    expect((await ratchet(["run", ...args, "x.js"])).exitCode).toBe(2);
  }
});
