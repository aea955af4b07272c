/** `--ledger FILE` of the executable: what a run touched. */
import { afterAll, describe, expect, test } from "bun:test";
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

describe("the secrets in a ledger", () => {
  const env = { RATCHET_SECRET_A_TOKEN: "tell-nobody-a", RATCHET_SECRET_B_TOKEN: "tell-nobody-b" };

  /** Runs a task that declares secrets. @returns their names in its ledger */
  async function used(secrets: unknown, program: string, args: readonly string[] = [], stdin = ""): Promise<string[]> {
    const place = join(folder.path, `with-secrets-${++files}`);
    mkdirSync(place);
    const metadata = { uuid: crypto.randomUUID(), version: "1.0.0", label: "with-secrets", description: "" };
    writeFileSync(join(place, "metadata.json"), JSON.stringify({ ...metadata, permissions: { secrets } }));
    for (const side of ["input", "output"]) writeFileSync(join(place, `${side}.schema.json`), "{}");
    writeFileSync(join(place, "main.js"), program);
    const path = join(place, "ledger.json");
    await ratchet(["run-once", "--from-fs", place, "--ledger", path, ...args], { env, stdin });
    const text = readFileSync(path, "utf8");
    expect(text).not.toContain("tell-nobody");
    return JSON.parse(text).secrets;
  }

  const BOTH = ["A_TOKEN", "B_TOKEN"];
  test.each<[string, string, string[]]>([
    ["none that it did not read", "(_, { secrets }) => typeof secrets", []],
    ["none whose name alone it read", "(_, { secrets }) => Object.keys(secrets).length + ('A_TOKEN' in secrets)", []],
    [
      "one that it read, also twice",
      "(_, { secrets }) => secrets.A_TOKEN.length + secrets.A_TOKEN.length",
      ["A_TOKEN"],
    ],
    ["all that it spread", "(_, context) => ({ ...context.secrets })", BOTH],
    ["all that became JSON", "(_, context) => JSON.stringify(context).length", BOTH],
    ["all that it printed", "(_, { secrets }) => { console.log(secrets); return 1; }", BOTH],
    [
      "one that it read before it failed",
      "(_, { secrets }) => { secrets.B_TOKEN; throw new Error('no'); }",
      ["B_TOKEN"],
    ],
    ["none that it replaced", "(_, { secrets }) => { secrets.A_TOKEN = 1; return secrets.A_TOKEN; }", []],
  ])("are %s", async (_, program, names) => {
    expect(await used(BOTH, program)).toEqual(names);
  });

  test("are those that a program had read when its time was up", async () => {
    const program =
      "async (_, { secrets }) => { secrets.A_TOKEN; await new Promise((done) => setTimeout(done, 60_000)); }";
    expect(await used(BOTH, program, ["--timeout", "500ms"])).toEqual(["A_TOKEN"]);
    const busy = "(_, { secrets }) => { secrets.A_TOKEN; for (;;); }";
    expect(await used(BOTH, busy, ["--timeout", "500ms"])).toEqual(["A_TOKEN"]);
  });

  test("with hosts are those whose values were sent, not those whose stand-ins were read", async () => {
    const hosts = [`127.0.0.1:${service.port}`];
    const bound = { A_TOKEN: { hosts }, B_TOKEN: { hosts } };
    const program = `async (_, { secrets }) => {
      secrets.B_TOKEN.length;
      return (await fetch("${base}/ten", { headers: { authorization: "Bearer " + secrets.A_TOKEN } })).status;
    }`;
    expect(await used(bound, program)).toEqual(["A_TOKEN"]);
    const streamed = `async (_, { secrets }) => {
      const body = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode(secrets.B_TOKEN)); c.close(); } });
      return (await fetch("${base}/ten", { method: "POST", body, duplex: "half" })).status;
    }`;
    expect(await used(bound, streamed)).toEqual(["B_TOKEN"]);
  });

  test("of a stream are those of all its lines", async () => {
    const program = "(name, { secrets }) => secrets[name].length";
    expect(await used(BOTH, program, ["--ndjson"], '"A_TOKEN"\n"B_TOKEN"\n')).toEqual(BOTH);
  });
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
