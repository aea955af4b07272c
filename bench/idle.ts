import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileProgram, ROOT } from "./programs.ts";
import { atMost, type Benchmark, figure } from "./report.ts";
import { newFolder, startServer } from "./server-process.ts";
import { median } from "./statistics.ts";

const TASKS = 100;
const ROUNDS = 10;
const IDLE_MS = 10_000;

/** A hundred copies of addition, each a task of its own. */
function manyTasks(folder: string): void {
  const from = join(ROOT, "tasks/addition");
  const metadata = JSON.parse(readFileSync(join(from, "metadata.json"), "utf8"));
  for (let n = 0; n < TASKS; n++) {
    const to = join(folder, "tasks", `addition-${n}`);
    mkdirSync(to, { recursive: true });
    cpSync(from, to, { recursive: true });
    writeFileSync(
      join(to, "metadata.json"),
      JSON.stringify({ ...metadata, uuid: crypto.randomUUID(), label: `addition-${n}` }),
    );
  }
}

/** Processor time a process has used, ms. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** From the start of a compiled Bun program to its end: what no server can be faster than. */
async function emptyStart(program: string): Promise<number> {
  const start = performance.now();
  await Bun.spawn([program], { stdout: "ignore" }).exited;
  return performance.now() - start;
}

/** A server that has just started and has nothing to do. */
export const benchmark: Benchmark = {
  title: "Start, and doing nothing",
  async run() {
    const empty = await compileProgram("empty");
    const fresh: number[] = [];
    const again: number[] = [];
    const floor: number[] = [];
    const folder = newFolder(manyTasks);
    for (let round = 0; round < ROUNDS; round++) {
      floor.push(await emptyStart(empty));
      const first = await startServer(newFolder(manyTasks));
      fresh.push(first.readyMs);
      await first.stop();
    }
    // Now with a database that knows the tasks.
    let memory = Number.NaN;
    let share = Number.NaN;
    for (let round = 0; round <= ROUNDS; round++) {
      const server = await startServer(folder);
      if (round > 0) again.push(server.readyMs);
      if (round === ROUNDS) {
        await Bun.sleep(2_000);
        const before = cpuMs(server.pid);
        await Bun.sleep(IDLE_MS);
        share = ((cpuMs(server.pid) - before) / IDLE_MS) * 100;
        memory = server.residentBytes();
      }
      await server.stop({ keep: round < ROUNDS });
    }
    const ready = Math.max(median(fresh), median(again));
    return {
      method: `\`ratchet serve\` with ${TASKS} tasks: time from the start of the process to its line that it is ready, with a new database and with one that already has the tasks (medians of ${ROUNDS}). The floor is an empty compiled Bun program from start to end. Memory and processor time are those of the last server, after two idle seconds.`,
      rows: [
        { measure: "ready, new database", value: figure(median(fresh), "ms"), bar: atMost(ready, 250, "ms") },
        { measure: "ready, existing database", value: figure(median(again), "ms") },
        { measure: "the floor", value: figure(median(floor), "ms") },
        {
          measure: "resident memory, idle",
          value: figure(memory / 1e6, "MB"),
          bar: atMost(memory / 1e6, 140, "MB"),
        },
        { measure: "processor time, idle", value: figure(share, "%") },
      ],
    };
  },
};
