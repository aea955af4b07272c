import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { CACHE } from "./programs.ts";

/** A database server that some peers need, started for one measurement with an empty folder. */
export interface Service {
  port: number;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

/** The user `nobody` of Debian and most other systems. */
const NOBODY = 65_534;
/** How long a server may take to start, ms. */
const START_LIMIT_MS = 10_000;

/** Redis that syncs every write before it responds; undefined when it is not installed. */
export async function startRedis(): Promise<Service | undefined> {
  const program = Bun.which("redis-server");
  if (program === null) return skip("BullMQ", "Redis", "redis-server");
  const folder = newFolder();
  const port = await freePort();
  const options = { port, bind: "127.0.0.1", dir: folder, appendonly: "yes", appendfsync: "always", save: "" };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(program, words, { stdio: "ignore" });
  return started(child, { folder, port, signal: "SIGTERM", isReady: () => accepts(port) });
}

/**
 * PostgreSQL as it ships, so that every commit is synced; undefined when it is not installed. It refuses to run as root,
 * who starts it as another user.
 */
export async function startPostgres(): Promise<Service | undefined> {
  const programs = postgresFolder();
  if (programs === undefined) return skip("pg-boss, graphile-worker and DBOS", "PostgreSQL", "postgresql");
  const folder = newFolder();
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const options = { ...user, cwd: folder, stdio: "ignore" } as const;
  const init = ["-D", join(folder, "data"), "-A", "trust", "-U", "bench", "-E", "UTF8", "--no-sync"];
  const initialized = await exitOf(spawn(join(programs, "initdb"), init, options));
  if (initialized !== 0) throw new Error(`initdb exited with ${initialized}`);
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=on", "synchronous_commit=on"];
  const probe = ["-h", "127.0.0.1", "-p", String(port), "-U", "bench"];
  const words = ["-D", join(folder, "data"), "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
  const child = spawn(join(programs, "postgres"), words, options);
  const isReady = async () => (await exitOf(spawn(join(programs, "pg_isready"), probe, { stdio: "ignore" }))) === 0;
  // SIGINT: a fast shutdown, which does not wait for clients.
  return started(child, { folder, port, signal: "SIGINT", isReady });
}

/** Where PostgreSQL's programs are: Debian keeps all but a few of them out of the path. */
function postgresFolder(): string | undefined {
  const inPath = Bun.which("postgres");
  const versions = "/usr/lib/postgresql";
  const folders = inPath === null ? [] : [dirname(realpathSync(inPath))];
  if (existsSync(versions)) {
    const numbers = readdirSync(versions).toSorted((a, b) => Number(b) - Number(a));
    folders.push(...numbers.map((number) => join(versions, number, "bin")));
  }
  return folders.find((folder) => existsSync(join(folder, "postgres")) && existsSync(join(folder, "initdb")));
}

function skip(peers: string, service: string, debianPackage: string): undefined {
  process.stderr.write(
    `skipping ${peers}: ${service} is not installed; install it with: apt-get install ${debianPackage}\n`,
  );
}

function newFolder(): string {
  mkdirSync(CACHE, { recursive: true });
  return mkdtempSync(join(CACHE, "service-"));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
}

interface ServiceProcess {
  folder: string;
  port: number;
  /** Ends it. */
  signal: NodeJS.Signals;
  isReady(): Promise<boolean>;
}

async function started(child: ChildProcess, { folder, port, signal, isReady }: ServiceProcess): Promise<Service> {
  const exited = exitOf(child);
  const stop = async () => {
    child.kill(signal);
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const limit = performance.now() + START_LIMIT_MS;
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} exited with ${child.exitCode}`);
    if (performance.now() > limit) {
      await stop();
      throw new Error(`${child.spawnfile} did not start within ${START_LIMIT_MS} ms`);
    }
    await Bun.sleep(20);
  }
  return { port, stop };
}

async function accepts(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
    socket.end();
    return true;
  } catch {
    return false;
  }
}
