import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The repository. */
export const ROOT = join(import.meta.dir, "..");
/** The program under test, as users get it. */
export const RATCHET = join(ROOT, "dist/ratchet");
/** What benchmarks make and install; it may be deleted at any time. */
export const CACHE = join(ROOT, "node_modules/.cache/ratchet-bench");

/** Programs compared with, installed outside the lock file. isolated-vm 5 is the newest that Node 20 can load. */
const PEERS = {
  deno: "2.9.6",
  "isolated-vm": "5.0.4",
  bunqueue: "2.9.5",
  plainjob: "0.0.14",
  bullmq: "6.7.0",
  "pg-boss": "12.38.0",
  "graphile-worker": "0.18.0",
  "@dbos-inc/dbos-sdk": "5.3.0",
} as const;

/** What a peer needs and does not bring along. */
const COMPANIONS: Partial<Record<keyof typeof PEERS, string>> = { bullmq: "ioredis@5.11.1" };

/** Names of {@link PEERS}. */
export type Peer = keyof typeof PEERS;

/**
 * Installs a program to compare with, unless it is there.
 * @returns its package's folder and version
 * @throws {Error} when npm can't install it
 */
export function installPeer(peer: Peer): { folder: string; version: string } {
  const version = PEERS[peer];
  const prefix = join(CACHE, `${peer.replace("/", "-")}-${version}`);
  const folder = join(prefix, "node_modules", peer);
  const done = join(prefix, "installed");
  if (existsSync(done)) return { folder, version };
  process.stderr.write(`installing ${peer} ${version} to compare with ...\n`);
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(prefix, "package.json"), JSON.stringify({ private: true, allowScripts: { [peer]: true } }));
  const companion = COMPANIONS[peer];
  const packages = [`${peer}@${version}`, ...(companion === undefined ? [] : [companion])];
  const npm = Bun.spawnSync(["npm", "install", "--no-save", ...packages], {
    cwd: prefix,
    stdout: "ignore",
    stderr: "pipe",
  });
  if (!npm.success) throw new Error(`npm could not install ${peer}: ${npm.stderr.toString()}`);
  writeFileSync(done, "");
  return { folder, version };
}

/**
 * Compiles a program of `bench/programs/` the way `dist/ratchet` is compiled.
 * @returns the executable's path
 */
export async function compileProgram(name: string, ...workers: string[]): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const outfile = join(CACHE, name);
  await Bun.build({
    entrypoints: [name, ...workers].map((entry) => join(import.meta.dir, "programs", `${entry}.ts`)),
    target: "bun",
    format: "esm",
    minify: true,
    bytecode: true,
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
  });
  return outfile;
}

/** One run of a program. */
export interface Run {
  /** From start to end of the process, ms. */
  elapsedMs: number;
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Largest resident memory, bytes; NaN unless it was asked for. */
  peakBytes: number;
}

/**
 * Watches the largest resident memory of a process, on Linux. What the system says when it has ended (`maxRSS`) is no
 * use: it begins with the memory of the process that started it.
 * @returns stops and gives the bytes
 */
function watchMemory(pid: number): () => number {
  let peak = Number.NaN;
  const timer = setInterval(() => {
    try {
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      if (kilobytes) peak = Number(kilobytes) * 1024;
    } catch {
      // it has just ended
    }
  }, 5);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/**
 * Runs a program to its end.
 * @param options.memory watch its memory, which takes some of the machine's time
 * @param options.timeoutMs after which it is killed
 */
export async function run(
  command: readonly string[],
  options: {
    cwd?: string;
    stdin?: Blob;
    env?: Record<string, string | undefined>;
    memory?: boolean;
    timeoutMs?: number;
  } = {},
): Promise<Run> {
  const start = performance.now();
  const child = Bun.spawn([...command], {
    cwd: options.cwd ?? ROOT,
    stdin: options.stdin ?? "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: options.env ?? process.env,
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: "SIGKILL" }),
  });
  const peakBytes = options.memory ? watchMemory(child.pid) : () => Number.NaN;
  const [exitCode, stdout, stderr] = await Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
  const elapsedMs = performance.now() - start;
  return { elapsedMs, exitCode, stdout, stderr, peakBytes: peakBytes() };
}

/**
 * Runs a program that must succeed and print one text.
 * @returns ms from start to end of the process
 * @throws {Error} when it did not, so that no benchmark measures a failure
 */
export async function timeRun(command: readonly string[], expected: string, env?: Record<string, string | undefined>) {
  const result = await run(command, env ? { env } : {});
  if (result.exitCode !== 0 || result.stdout.trim() !== expected) {
    throw new Error(`${command.join(" ")} exited with ${result.exitCode}: ${result.stdout}${result.stderr}`);
  }
  return result.elapsedMs;
}
