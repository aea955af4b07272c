import { rmSync } from "node:fs";
import { crashUnderLoad } from "../tests/support/crash-under-load.ts";
import { RATCHET } from "./programs.ts";
import { type Benchmark, figure } from "./report.ts";
import { newFolder } from "./server-process.ts";
import { median } from "./statistics.ts";

const KILLS = 100;
const LOAD_MS = 1_000;

const none = (count: number) => ({ demand: "none", met: count === 0 });

/** What is left of a server that is killed a hundred times. Not a race: it is here because it takes minutes. */
export const benchmark: Benchmark = {
  title: "Killed a hundred times",
  async run() {
    const folder = newFolder(() => {});
    const report = await crashUnderLoad({
      command: [RATCHET],
      folder,
      kills: KILLS,
      loadMs: LOAD_MS,
      onKill({ kills, jobs, damage }) {
        if (kills % 10 !== 0) return;
        process.stderr.write(`killed ${kills} times: ${jobs.size} jobs acknowledged, ${damage.length} faults\n`);
      },
    });
    for (const fault of report.damage.slice(0, 20)) process.stderr.write(`${fault}\n`);
    rmSync(folder, { recursive: true, force: true });
    return {
      method: `\`ratchet serve\` with six clients (single jobs, batches, direct executions) and three schedules that fire every second is killed with SIGKILL ${KILLS} times after up to ${(2 * LOAD_MS) / 1_000} seconds, sometimes while it still starts, and started again each time. \`ratchet db check\` runs after every kill. In the end everything that was acknowledged is compared with the database. Faults are a lost job, a job completed twice, a wrong output, a missing or repeated firing, and an error response while the server was alive.`,
      rows: [
        { measure: "kills", value: figure(report.kills, "") },
        { measure: "jobs acknowledged", value: figure(report.jobs.size, "") },
        { measure: "direct executions acknowledged", value: figure(report.executions.size, "") },
        { measure: "firings", value: figure(report.firings, "") },
        { measure: "faults", value: figure(report.damage.length, ""), bar: none(report.damage.length) },
        { measure: "ready again after a kill, median", value: figure(median(report.recoveries), "ms") },
        { measure: "ready again after a kill, slowest", value: figure(Math.max(...report.recoveries), "ms") },
      ],
    };
  },
};
