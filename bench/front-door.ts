import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readyUrl } from "../tests/support/ready-url.ts";
import { RATCHET } from "./programs.ts";
import { atMost, type Benchmark, figure } from "./report.ts";
import { newFolder } from "./server-process.ts";

const FLOOD_SECONDS = 60;
/** /health may never take longer, ms. */
const BAR_MS = 100;
/** The memory has so long to return to within 10 % of what it was, ms. */
const REST_MS = 60_000;

/** What no log may contain: errors, and what the runtime says about errors that nobody handled. */
const UNHANDLED = /unhandled|uncaught|"level":"error"|panic| {4}at /i;

interface Sent {
  garbage: number;
  megabytes: number;
  truncated: number;
  slow: number;
}

/** Whether a server stays as it is while it gets random bytes, truncated requests and requests that arrive slowly. */
export const benchmark: Benchmark = {
  title: "The front door under a flood",
  async run() {
    const folder = newFolder();
    const child = Bun.spawn([RATCHET, "serve", "--port", "0"], {
      cwd: folder,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const stderr = child.stderr.text();
    const url = await readyUrl(child);
    const resident = () =>
      Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1e3;
    // Whatever a first flood allocates for good, it has allocated then.
    await flood(url, 5);
    await Bun.sleep(5_000);
    const before = resident();
    const worst = probing(url);
    const sent = await flood(url, FLOOD_SECONDS);
    const worstMs = await worst();
    const late = performance.now() + REST_MS;
    while (performance.now() < late && resident() > before * 1.1) await Bun.sleep(500);
    const ratio = resident() / before;
    child.kill("SIGTERM");
    await child.exited;
    const complaints = (await stderr).split("\n").filter((line) => UNHANDLED.test(line)).length;
    rmSync(folder, { recursive: true, force: true });
    return {
      method:
        `For ${FLOOD_SECONDS} s another process sends random bytes (8 connections at a time), requests that end early (8) and requests of one byte every 100 ms (200), ` +
        "and ends its connections in order, abruptly and by reset. A third process requests /health every 5 ms. " +
        `It sent ${sent.garbage} times random bytes (${sent.megabytes} MB), ${sent.truncated} truncated requests and ${sent.slow} slow ones. ` +
        "The memory before is that after a flood of 5 s.",
      rows: [
        { measure: "/health at worst", value: figure(worstMs, "ms"), bar: atMost(worstMs, BAR_MS, "ms") },
        {
          measure: "resident memory within a minute after it, to before",
          value: figure(ratio, "×"),
          bar: atMost(ratio, 1.1, "×"),
        },
        {
          measure: "messages about errors that nobody handled",
          value: String(complaints),
          bar: { demand: "0", met: complaints === 0 },
        },
      ],
    };
  },
};

async function flood(url: string, seconds: number): Promise<Sent> {
  const program = join(import.meta.dir, "programs/door-flood.ts");
  const child = Bun.spawn([process.execPath, program, url, String(seconds)], { stdin: "ignore", stdout: "pipe" });
  return JSON.parse(await child.stdout.text()) as Sent;
}

/** Begins to request /health. @returns a function that ends it, and resolves with the longest time it took, ms */
function probing(url: string): () => Promise<number> {
  const program = join(import.meta.dir, "programs/health-probe.ts");
  const probe = Bun.spawn([process.execPath, program, url], { stdin: "pipe", stdout: "pipe" });
  const written = probe.stdout.text();
  return async () => {
    probe.stdin.end();
    const last = (await written).trim().split("\n").at(-1) ?? "{}";
    return Number((JSON.parse(last) as { worst: number }).worst);
  };
}
