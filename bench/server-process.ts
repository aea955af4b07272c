import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readyUrl } from "../tests/support/ready-url.ts";
import { CACHE, RATCHET, ROOT } from "./programs.ts";

/** `ratchet serve` in a folder of its own. */
export interface ServerProcess {
  url: string;
  folder: string;
  pid: number;
  /** From start to the first line that says it is ready, ms. */
  readyMs: number;
  post(path: string, body: string): Promise<Response>;
  /** How many jobs have been completed. */
  completed(): Promise<number>;
  /** Resident memory, bytes; Linux only. */
  residentBytes(): number;
  /** Ends it, and removes its folder unless that is to be kept. */
  stop(options?: { keep?: boolean }): Promise<void>;
}

/** A new folder on the disk that the benchmarks' cache is on; `prepare` fills it before the server starts. */
export function newFolder(prepare: (folder: string) => void = sampleTasks): string {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "server-"));
  prepare(folder);
  return folder;
}

function sampleTasks(folder: string): void {
  cpSync(join(ROOT, "tasks"), join(folder, "tasks"), { recursive: true });
}

/**
 * Starts the server as it ships, on any free port.
 * @param env further variables of its environment
 * @throws {Error} with what it wrote, when it ends instead
 */
export async function startServer(
  folder: string = newFolder(),
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const start = performance.now();
  const child = Bun.spawn([RATCHET, "serve", "--port", "0"], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const url = await readyUrl(child);
  const readyMs = performance.now() - start;
  const post = (path: string, body: string) =>
    fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body });
  return {
    url,
    folder,
    pid: child.pid,
    readyMs,
    post,
    async completed() {
      const stats = (await (await fetch(`${url}/api/v1/stats`)).json()) as { jobs: { completed: number } };
      return stats.jobs.completed;
    },
    residentBytes() {
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      return Number(kilobytes) * 1024;
    },
    async stop({ keep = false } = {}) {
      child.kill("SIGTERM");
      await child.exited;
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}
