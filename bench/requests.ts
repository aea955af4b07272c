import { Database } from "bun:sqlite";
import { join } from "node:path";
import { atLeast, atMost, type Benchmark, figure } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";
import { interleave, median, quantile } from "./statistics.ts";

const CONNECTIONS = 32;
const POSTS = 6_400;
const DIRECT_A_SECOND = 200;
const DIRECT = 2_000;
const ROUNDS = 5;

const JOB = '{"task":"addition","input":{"num1":5,"num2":10}}';
const EXECUTION = '{"input":{"num1":5,"num2":10}}';

/** Sends one request after the other over each of many connections. @returns requests a second */
async function rate(send: () => Promise<Response>, status: number): Promise<number> {
  const start = performance.now();
  const connection = async () => {
    for (let n = 0; n < POSTS / CONNECTIONS; n++) {
      const response = await send();
      if (response.status !== status) throw new Error(await response.text());
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return POSTS / ((performance.now() - start) / 1_000);
}

/** Sends requests at fixed times, whether or not earlier ones were answered. @returns how long each took, ms */
async function latencies(send: () => Promise<Response>): Promise<number[]> {
  const times: number[] = [];
  const one = async (due: number) => {
    const response = await send();
    if (response.status !== 200) throw new Error(await response.text());
    await response.arrayBuffer();
    // From when it was due: a client that was late does not hide a slow server.
    times.push(performance.now() - due);
  };
  const all: Promise<void>[] = [];
  const start = performance.now();
  for (let n = 0; n < DIRECT; n++) {
    const due = start + (n * 1_000) / DIRECT_A_SECOND;
    const early = due - performance.now();
    if (early > 0) await Bun.sleep(early);
    all.push(one(performance.now()));
  }
  await Promise.all(all);
  return times;
}

/** The least a durable POST can be: a bare server that inserts one row and syncs it before it answers. */
function startFloor(): { url: string; stop(): void } {
  const folder = newFolder(() => {});
  const db = new Database(join(folder, "floor.db"), { create: true });
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA synchronous = FULL");
  db.run("CREATE TABLE jobs (id INTEGER PRIMARY KEY, input TEXT) STRICT");
  const insert = db.prepare("INSERT INTO jobs (input) VALUES (?)");
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { lastInsertRowid: id } = insert.run(JSON.stringify(await request.json()));
      return Response.json({ id }, { status: 201 });
    },
  });
  return {
    url: server.url.href,
    stop() {
      void server.stop(true);
      db.close();
    },
  };
}

async function warmUp(server: ServerProcess): Promise<void> {
  for (let n = 0; n < 200; n++) await (await server.post("/api/v1/tasks/addition/execute", EXECUTION)).arrayBuffer();
}

/** Single requests that each wait for the disk. */
export const benchmark: Benchmark = {
  title: "Jobs and executions, one per request",
  async run() {
    const server = await startServer();
    const floor = startFloor();
    const posts = await interleave(
      {
        ratchet: () => rate(() => server.post("/api/v1/jobs", JOB), 201),
        floor: () => rate(() => fetch(floor.url, { method: "POST", body: JOB }), 201),
      },
      { rounds: ROUNDS, warmUp: 1 },
    );
    floor.stop();
    while ((await server.completed()) < POSTS * (ROUNDS + 1)) await Bun.sleep(50);
    await warmUp(server);
    const direct: number[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      direct.push(await latencies(() => server.post("/api/v1/tasks/addition/execute", EXECUTION)));
    }
    await server.stop();
    const single = median(posts.ratchet);
    const p99 = median(direct.map((times) => quantile(times, 0.99)));
    return {
      method: `POST /api/v1/jobs: ${POSTS.toLocaleString("en")} jobs, one per request, over ${CONNECTIONS} connections. Each response is sent once the job is on disk, and the server executes the jobs at the same time. The floor is a bare Bun server that parses the body, inserts a row, syncs it and executes nothing; both are measured alternately. Direct execution: ${DIRECT.toLocaleString("en")} requests at ${DIRECT_A_SECOND} per second, sent on time whether or not earlier ones have responses; each execution is stored before its response. Medians of ${ROUNDS} rounds. Client and server share the processors.`,
      rows: [
        { measure: "jobs per second, one per request", value: figure(single, ""), bar: atLeast(single, 3_000) },
        { measure: "the floor", value: figure(median(posts.floor), "") },
        { measure: "share of the floor", value: figure(single / median(posts.floor), "") },
        {
          measure: "direct execution, median",
          value: figure(median(direct.map((times) => quantile(times, 0.5))), "ms"),
        },
        { measure: "direct execution, 99th percentile", value: figure(p99, "ms"), bar: atMost(p99, 15, "ms") },
        { measure: "direct execution, slowest", value: figure(Math.max(...direct.flat()), "ms") },
      ],
    };
  },
};
