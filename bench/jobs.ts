import { JOB_PEERS, type JobPeer, measurePeer } from "./job-peers.ts";
import { installPeer } from "./programs.ts";
import { atLeast, type Benchmark, type Findings, figure, type Row } from "./report.ts";
import { startServer } from "./server-process.ts";
import { type Service, startPostgres, startRedis } from "./services.ts";
import { median } from "./statistics.ts";

const JOBS = 20_000;
const BATCH = 1_000;
const ROUNDS = 3;
/** A client that asks this often does not hold up what it measures, ms. */
const POLL_MS = 25;

/** Jobs a second of a server that has just started, and of the same server once it has run as many. */
async function ratchet(): Promise<{ first: number; second: number }> {
  const server = await startServer();
  const body = JSON.stringify({ jobs: Array(BATCH).fill({ task: "addition", input: { num1: 5, num2: 10 } }) });
  const once = async () => {
    const goal = (await server.completed()) + JOBS;
    const start = performance.now();
    for (let sent = 0; sent < JOBS; sent += BATCH) {
      const response = await server.post("/api/v1/jobs/batch", body);
      if (response.status !== 201) throw new Error(await response.text());
      await response.arrayBuffer();
    }
    while ((await server.completed()) < goal) await Bun.sleep(POLL_MS);
    return JOBS / ((performance.now() - start) / 1_000);
  };
  const first = await once();
  const second = await once();
  const list = (await (await fetch(`${server.url}/api/v1/executions?status=completed&limit=1`)).json()) as {
    items: { id: number }[];
  };
  const last = (await (await fetch(`${server.url}/api/v1/executions/${list.items[0]?.id}`)).json()) as {
    output: unknown;
  };
  if (JSON.stringify(last.output) !== '{"sum":15}') throw new Error(`stored: ${JSON.stringify(last)}`);
  await server.stop();
  return { first, second };
}

/** Each peer next to a server of its own turn, so that what the machine does meanwhile touches both. */
async function compare(peers: readonly JobPeer[], services: Partial<Record<JobPeer["keeps"], Service>>) {
  const first: number[] = [];
  const second: number[] = [];
  const rates = new Map<JobPeer, number[]>(peers.map((peer) => [peer, []]));
  for (let round = 0; round < ROUNDS; round++) {
    const own = await ratchet();
    first.push(own.first);
    second.push(own.second);
    for (const [peer, measured] of rates) measured.push(await measurePeer(peer, services[peer.keeps]));
  }
  return { first, second, rates };
}

function rowsOf(own: number, rates: ReadonlyMap<JobPeer, readonly number[]>): Row[] {
  return [...rates].flatMap(([{ name, bar }, measured]) => {
    const ratio = own / median(measured);
    return [
      { measure: name, value: figure(median(measured), "") },
      { measure: `times ${name}`, value: figure(ratio, ""), ...(bar && { bar: atLeast(ratio, bar) }) },
    ];
  });
}

const OWN_METHOD = `Additions in batches of ${BATCH.toLocaleString("en")}, until all are completed; each in a new process, in turns, median of ${ROUNDS}. Ratchet: ${JOBS.toLocaleString("en")} jobs in a new database, batches over HTTP from a client on the same machine, every input and output validated, every job executed in the sandbox, every attempt stored with its result, every commit synced. The peers compute the addition as a function of their own process, in Bun, without sandbox and without validation.`;

const EMBEDDED_METHOD = `${OWN_METHOD} Each gets as many jobs. bunqueue (SQLite): embedded, every job durable, results kept, with its default concurrency and with the one that was fastest. plainjob (SQLite): embedded, a handler that does nothing, no result kept; its commits are not synced.`;

const SERVED_METHOD = `${OWN_METHOD} BullMQ on Redis with appendfsync always: results kept. pg-boss (10,000 jobs) on PostgreSQL with every commit synced: its own workers, which take and complete 256 jobs at a time, results kept. graphile-worker on the same: a local queue and completion in batches; deletes a job that has ended, so no result is kept. DBOS (500 workflows without steps) on the same: a queue that is polled every 20 ms, results kept. None of these settings was searched for the best.`;

async function measure(
  method: string,
  peers: readonly JobPeer[],
  services: Partial<Record<JobPeer["keeps"], Service>>,
): Promise<Findings> {
  for (const peer of peers) installPeer(peer.package);
  const { first, second, rates } = await compare(peers, services);
  const own = median(first);
  return {
    method,
    versions: Object.fromEntries(peers.map((peer) => [peer.package, installPeer(peer.package).version])),
    rows: [
      { measure: "Ratchet, just started, jobs per second", value: figure(own, ""), bar: atLeast(own, 5_000) },
      { measure: "the same server's next 20,000", value: figure(median(second), "") },
      ...rowsOf(own, rates),
    ],
  };
}

/** The main job of the server, from the first byte of HTTP to the last stored result, next to embedded job queues. */
export const benchmark: Benchmark = {
  title: "20,000 jobs, end to end",
  run: () =>
    measure(
      EMBEDDED_METHOD,
      JOB_PEERS.filter(({ keeps }) => keeps === "file"),
      {},
    ),
};

/** The same next to job queues over Redis and PostgreSQL, as far as those are installed. */
export const servedBenchmark: Benchmark = {
  title: "The same next to queues over Redis and PostgreSQL",
  async run() {
    const services: Partial<Record<JobPeer["keeps"], Service>> = {};
    try {
      const redis = await startRedis();
      if (redis !== undefined) services.redis = redis;
      const postgres = await startPostgres();
      if (postgres !== undefined) services.postgres = postgres;
      const peers = JOB_PEERS.filter(({ keeps }) => keeps !== "file" && services[keeps] !== undefined);
      return await measure(SERVED_METHOD, peers, services);
    } finally {
      for (const service of Object.values(services)) await service.stop();
    }
  },
};
