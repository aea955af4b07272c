import { rmSync } from "node:fs";
import { crashRuns } from "../tests/support/crash-runs.ts";
import { RATCHET } from "./programs.ts";
import { type Benchmark, figure } from "./report.ts";
import { newFolder } from "./server-process.ts";

const KILLS = 300;
const LOAD_MS = 700;

/** What comes out of runs whose server is killed hundreds of times. Not a race: it is here because it takes minutes. */
export const benchmark: Benchmark = {
  title: "Durable runs, killed three hundred times",
  async run() {
    const folder = newFolder(() => {});
    const report = await crashRuns({
      command: [RATCHET],
      folder,
      kills: KILLS,
      loadMs: LOAD_MS,
      onKill({ kills, runs, damage }) {
        if (kills % 10 !== 0) return;
        process.stderr.write(`killed ${kills} times: ${runs} runs, ${damage.length} faults\n`);
      },
    });
    for (const fault of report.damage.slice(0, 20)) process.stderr.write(`${fault}\n`);
    rmSync(folder, { recursive: true, force: true });
    const { kills, runs, effects, repeated, signals, approvals, damage } = report;
    return {
      method: `\`ratchet serve\` is killed with SIGKILL ${KILLS} times after up to ${(2 * LOAD_MS) / 1_000} seconds, half of the times at the moment at which a run has sent what its calls have returned, while clients start runs of random calls, steps, maps, sleeps, waits for signals, approvals, workflows with compensations and branches of these, send the signals and approve. Each step and child sends a request to a server that counts them. In the end every run must have the output that its plan leads to, every signal must have arrived once and in order, an effect may have happened again only if a kill fell in between, and what a run has said about calls that return something else each time has to be what is stored.`,
      rows: [
        { measure: "kills", value: figure(kills, "") },
        { measure: "runs acknowledged", value: figure(runs, "") },
        { measure: "effects", value: figure(effects, "") },
        { measure: "effects repeated after a kill", value: figure(repeated, "") },
        { measure: "signals", value: figure(signals, "") },
        { measure: "approvals", value: figure(approvals, "") },
        {
          measure: "faults",
          value: figure(damage.length, ""),
          bar: { demand: "none", met: damage.length === 0 },
        },
      ],
    };
  },
};
