import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SignJWT } from "jose";
import type { Load } from "./programs/http-load.ts";
import { RATCHET, run } from "./programs.ts";
import { atLeast, type Benchmark, figure, type Row } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";
import { median } from "./statistics.ts";

const CONNECTIONS = 32;
/** Jobs that the lists come from. */
const STORED_JOBS = 20_000;
const BATCH = 1_000;
const REQUESTS = { list: 150, create: 300 };
const ROUNDS = 31;
/** Rounds that are thrown away, until both servers are compiled as well as they will be. */
const WARM_UP = 8;
/** What has to be left of the throughput of a server without access control. */
const BAR = 0.85;

const AUDIENCE = "bench";
const SECRET = "a secret of at least thirty-two bytes";
const PASSWORD = "correct horse battery staple";
const ADDITION = { task: "addition", input: { num1: 5, num2: 10 } };

/** Headers with the credentials of each kind of caller. */
type Credentials = Record<"key" | "limited" | "session" | "token", string>;

/** Two servers over the same jobs: everyone may call the one, and the other requires credentials. */
interface Servers {
  open: ServerProcess;
  guarded: ServerProcess;
  credentials: Credentials;
}

async function startServers(): Promise<Servers> {
  const folder = newFolder();
  const first = await startServer(folder);
  const body = JSON.stringify({ jobs: Array(BATCH).fill(ADDITION) });
  for (let sent = 0; sent < STORED_JOBS; sent += BATCH) await first.post("/api/v1/jobs/batch", body);
  await idle(first);
  await first.stop({ keep: true });
  const copy = newFolder((other) => cpSync(folder, other, { recursive: true }));
  writeFileSync(join(copy, "jwt-secret"), SECRET);
  const key = await command(copy, ["key", "create", "bench", "--role", "operator"]);
  const limited = await command(copy, ["key", "create", "limited", "--role", "operator", "--tasks", "addi*"]);
  await command(copy, ["user", "create", "ada", "--role", "admin", "--password-stdin"], PASSWORD);
  const guarded = await startServer(copy, {
    RATCHET_AUTH_JWT_SECRET_FILE: join(copy, "jwt-secret"),
    RATCHET_AUTH_JWT_AUDIENCE: AUDIENCE,
  });
  const login = await guarded.post("/api/v1/login", JSON.stringify({ username: "ada", password: PASSWORD }));
  const cookie = login.headers.get("set-cookie")?.split(";")[0];
  const token = await new SignJWT({ role: "operator", sub: "ada", aud: AUDIENCE })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(SECRET));
  return {
    open: await startServer(folder),
    guarded,
    credentials: {
      key: `Authorization: Bearer ${key}\r\n`,
      limited: `Authorization: Bearer ${limited}\r\n`,
      session: `Cookie: ${cookie}\r\n`,
      token: `Authorization: Bearer ${token}\r\n`,
    },
  };
}

/** Runs a command of the executable. @returns what it printed @throws {Error} if it fails */
async function command(folder: string, args: readonly string[], stdin?: string): Promise<string> {
  const input = stdin === undefined ? {} : { stdin: new Blob([stdin]) };
  const { exitCode, stdout, stderr } = await run([RATCHET, ...args], { cwd: folder, ...input });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** Waits until every job has ended. */
async function idle(server: ServerProcess, credentials = ""): Promise<void> {
  const [name, value] = credentials.trim().split(": ");
  const headers = name === undefined || value === undefined ? {} : { [name]: value };
  for (;;) {
    const { jobs } = (await (await fetch(`${server.url}/api/v1/stats`, { headers })).json()) as {
      jobs: { queued: number; processing: number };
    };
    if (jobs.queued === 0 && jobs.processing === 0) return;
    await Bun.sleep(10);
  }
}

/** A process that sends requests. */
interface Client {
  send(load: Load): Promise<number>;
  stop(): void;
}

function startClient(): Client {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "programs/http-load.ts")], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = child.stdout.getReader();
  return {
    async send(load) {
      child.stdin.write(`${JSON.stringify(load)}\n`);
      // It writes each number at once.
      const { done, value } = await output.read();
      if (done) throw new Error("the client ended");
      return Number(new TextDecoder().decode(value));
    },
    stop: () => child.stdin.end(),
  };
}

/** What a request costs. */
interface Measured {
  perSecond: number;
  /** Time of the processor on the server's main thread, µs. */
  mainThread: number;
}

type Measure = (client: Client, server: ServerProcess, credentials: string) => Promise<Measured>;

async function measure(client: Client, { pid }: ServerProcess, load: Load): Promise<Measured> {
  const before = mainThreadMicroseconds(pid);
  const perSecond = await client.send(load);
  return { perSecond, mainThread: (mainThreadMicroseconds(pid) - before) / load.requests };
}

/** How long the main thread of a process has run; Linux only. */
function mainThreadMicroseconds(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1_000;
}

const listing: Measure = (client, server, credentials) => {
  const request = `GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n${credentials}\r\n`;
  const { url } = server;
  return measure(client, server, { url, request, connections: CONNECTIONS, requests: REQUESTS.list, status: 200 });
};

/** The jobs run as they are created. The next measurement begins when they have ended. */
const creating: Measure = async (client, server, credentials) => {
  const body = JSON.stringify(ADDITION);
  const head = `POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  const request = `${head}${credentials}\r\n${body}`;
  const load = { url: server.url, request, connections: CONNECTIONS, requests: REQUESTS.create, status: 201 };
  const measured = await measure(client, server, load);
  await idle(server, credentials);
  return measured;
};

const KINDS: Readonly<Record<keyof Credentials, string>> = {
  key: "an API key",
  limited: "an API key with --tasks",
  session: "a session",
  token: "a JWT",
};

/** A turn of the open server, and one of the other server right after it: what the machine does meanwhile touches both. */
interface Pair {
  bare: Measured;
  guarded: Measured;
}

/** Measures a request as every kind of caller, each next to a turn of the open server. */
async function compare(name: string, { open, guarded, credentials }: Servers, of: Measure): Promise<Row[]> {
  const pairs: Record<keyof Credentials, Pair[]> = { key: [], limited: [], session: [], token: [] };
  const client = startClient();
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const kind of Object.keys(pairs) as (keyof Credentials)[]) {
      const bare = await of(client, open, "");
      const own = await of(client, guarded, credentials[kind]);
      if (round >= 0) pairs[kind].push({ bare, guarded: own });
    }
  }
  client.stop();
  return rowsOf(name, pairs);
}

function rowsOf(name: string, pairs: Record<keyof Credentials, readonly Pair[]>): Row[] {
  const all = Object.values(pairs).flat();
  const rows: Row[] = [
    { measure: `${name}, open, per second`, value: figure(median(all.map(({ bare }) => bare.perSecond)), "") },
    { measure: "time of the main thread", value: figure(median(all.map(({ bare }) => bare.mainThread)), "µs") },
  ];
  for (const [kind, words] of Object.entries(KINDS) as [keyof Credentials, string][]) {
    const share = median(pairs[kind].map(({ bare, guarded }) => guarded.perSecond / bare.perSecond));
    const more = median(pairs[kind].map(({ bare, guarded }) => guarded.mainThread - bare.mainThread));
    const value = `${figure(share, "")} (${more < 0 ? "" : "+"}${more.toFixed(0)} µs)`;
    rows.push({ measure: `share with ${words}`, value, bar: atLeast(share, BAR) });
  }
  return rows;
}

/** What access control leaves of the throughput of the two most frequent requests. */
export const benchmark: Benchmark = {
  title: "Access control",
  async run() {
    const servers = await startServers();
    try {
      return {
        method: `Two servers over ${STORED_JOBS.toLocaleString("en")} completed jobs: one that everyone may call, one that requires credentials. A process of its own sends GET /api/v1/jobs (${REQUESTS.list} requests, a page of 50 jobs each) or POST /api/v1/jobs (${REQUESTS.create} requests of one job each, which the server executes at the same time) over ${CONNECTIONS} connections that stay open: to the open server, then to the other one with one kind of credentials, to the open server, and so on. A share is the median of ${ROUNDS} quotients of two such turns, next to what the main thread of the server needs in addition for each request. Both servers keep an audit log.`,
        rows: [
          ...(await compare("GET /api/v1/jobs", servers, listing)),
          ...(await compare("POST /api/v1/jobs", servers, creating)),
        ],
      };
    } finally {
      await Promise.all([servers.open.stop(), servers.guarded.stop()]);
    }
  },
};
