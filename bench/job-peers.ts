import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CACHE, installPeer, type Peer, run } from "./programs.ts";
import type { Service } from "./services.ts";

/** Another job queue, measured by a program of `bench/programs/`. */
export interface JobPeer {
  /** In the report. */
  name: string;
  package: Peer;
  program: string;
  /** What its jobs are kept in. */
  keeps: "file" | "redis" | "postgres";
  /** Fewer for slow ones: the rate a second is what counts. */
  jobs: number;
  batch: number;
  /** Arguments after those: concurrency, or how many are fetched at once. */
  more: readonly number[];
  /** Stores the result of each job, so that Ratchet has to be ahead of it; times. */
  bar?: number;
}

/**
 * bunqueue with its default concurrency, and where it was fastest of 1, 10, 50, 100, 256 and 1,000: on as many jobs as
 * Ratchet, since with fewer its rate at the default was a tenth lower. The settings of the others are plausible ones; no
 * search was made for their best.
 */
export const JOB_PEERS: readonly JobPeer[] = [
  {
    name: "bunqueue, default concurrency",
    package: "bunqueue",
    program: "bunqueue",
    keeps: "file",
    jobs: 20_000,
    batch: 1_000,
    more: [1],
    bar: 7,
  },
  {
    name: "bunqueue, concurrency 256",
    package: "bunqueue",
    program: "bunqueue",
    keeps: "file",
    jobs: 20_000,
    batch: 1_000,
    more: [256],
    bar: 5.5,
  },
  { name: "plainjob", package: "plainjob", program: "plainjob", keeps: "file", jobs: 20_000, batch: 1_000, more: [] },
  {
    name: "BullMQ",
    package: "bullmq",
    program: "bullmq",
    keeps: "redis",
    jobs: 20_000,
    batch: 1_000,
    more: [256],
    bar: 2,
  },
  {
    name: "pg-boss",
    package: "pg-boss",
    program: "pg-boss",
    keeps: "postgres",
    jobs: 10_000,
    batch: 1_000,
    more: [256],
    bar: 1,
  },
  {
    name: "graphile-worker",
    package: "graphile-worker",
    program: "graphile-worker",
    keeps: "postgres",
    jobs: 20_000,
    batch: 1_000,
    more: [24],
  },
  {
    name: "DBOS",
    package: "@dbos-inc/dbos-sdk",
    program: "dbos",
    keeps: "postgres",
    jobs: 500,
    batch: 100,
    more: [100],
    bar: 1,
  },
];

/** Longest time for one run of a peer, ms: one that hangs must not keep the benchmark. */
const RUN_LIMIT_MS = 60_000;

/**
 * Runs a peer once, in a process of its own.
 * @param service the server that its jobs are kept in; undefined for a file
 * @returns jobs a second
 */
export async function measurePeer(peer: JobPeer, service: Service | undefined): Promise<number> {
  const { folder } = installPeer(peer.package);
  mkdirSync(CACHE, { recursive: true });
  const data = mkdtempSync(join(CACHE, "peer-"));
  const program = join(import.meta.dir, "programs", `${peer.program}.ts`);
  const numbers = [peer.jobs, peer.batch, ...peer.more].map(String);
  const command = [process.execPath, program, folder, place(peer, service, data), ...numbers];
  const result = await run(command, { timeoutMs: RUN_LIMIT_MS });
  rmSync(data, { recursive: true, force: true });
  if (result.exitCode !== 0)
    throw new Error(`${peer.name} exited with ${result.exitCode}: ${result.stderr.slice(0, 4_000)}`);
  return Number(JSON.parse(result.stdout));
}

function place({ name, keeps }: JobPeer, service: Service | undefined, data: string): string {
  if (keeps === "file") return join(data, "jobs.db");
  if (service === undefined) throw new Error(`${name} needs a server`);
  return keeps === "redis" ? String(service.port) : `postgres://bench@127.0.0.1:${service.port}/postgres`;
}
