import { rmSync } from "node:fs";
import { join } from "node:path";
import { programNames, writeCorpusTask } from "../tests/corpus/corpus-task.ts";
import { KNOWN_FAILURES } from "../tests/corpus/known-failures.ts";
import { startCorpusServer } from "../tests/corpus/server.ts";
import { CACHE, RATCHET, run } from "./programs.ts";
import { atMost, type Benchmark, type Findings, figure } from "./report.ts";
import { median } from "./statistics.ts";
import { writeTask } from "./tasks.ts";

/** Longest first run of a program with packages, ms. */
const FIRST_MS = 2_000;
/** Longest later run, as a multiple of a run of a task without packages. */
const LATER_TIMES = 1.5;
/** How often each program runs after its first run, in turns with the task without packages. */
const LATER_RUNS = 5;

/** How long the runs of one program of the corpus took, in ms. */
export interface CorpusTimes {
  name: string;
  /** Nothing was prepared. */
  first: number;
  /** Median of the runs after it. */
  later: number;
  /** Median of the runs of the task without packages at the same time. */
  bare: number;
}

/** Measures programs of tests/corpus, each as a folder with its own node_modules. */
export async function measureCorpus(names: readonly string[]): Promise<CorpusTimes[]> {
  await using server = startCorpusServer();
  const tasks = join(CACHE, "corpus");
  const env = { ...process.env, XDG_CACHE_HOME: join(tasks, "cache") };
  const input = JSON.stringify({ url: server.url });
  const bare = writeTask("bare-module", "export default () => ({ done: true });\n");
  const time = async (folder: string) => {
    const { exitCode, stderr, elapsedMs } = await run([RATCHET, "run-once", "--from-fs", folder, "-i", input], { env });
    if (exitCode !== 0) throw new Error(`${folder} exited with ${exitCode}: ${stderr}`);
    return elapsedMs;
  };
  rmSync(tasks, { recursive: true, force: true });
  const times: CorpusTimes[] = [];
  for (const name of names) writeCorpusTask(name, join(tasks, name));
  // The stamps of files that were just written are not trusted yet.
  await Bun.sleep(2_600);
  for (const name of names) {
    const folder = join(tasks, name);
    const first = await time(folder);
    const runs: { later: number[]; bare: number[] } = { later: [], bare: [] };
    await time(bare);
    for (let i = 0; i < LATER_RUNS; i++) {
      runs.later.push(await time(folder));
      runs.bare.push(await time(bare));
    }
    times.push({ name, first, later: median(runs.later), bare: median(runs.bare) });
  }
  rmSync(tasks, { recursive: true });
  return times;
}

/** Judges the times of all programs. */
export function corpusFindings(times: readonly CorpusTimes[]): Findings {
  const ratios = times
    .map(({ name, later, bare }) => ({ name, value: later / bare }))
    .sort((a, b) => b.value - a.value);
  const firsts = times.map(({ name, first }) => ({ name, value: first })).sort((a, b) => b.value - a.value);
  const [slowest, longest] = [ratios[0], firsts[0]];
  if (slowest === undefined || longest === undefined) throw new Error("there is no program");
  const named = (list: typeof ratios, unit: string) =>
    list
      .slice(0, 5)
      .map(({ name, value }) => `${name} ${figure(value, unit)}`)
      .join(", ");
  return {
    method: `\`ratchet run-once\` on each program of tests/corpus in a folder with its packages: once with an empty cache, then ${LATER_RUNS} times in turns with a module without packages. Wall time of the whole process; a later run is the median.`,
    rows: [
      { measure: "programs", value: String(times.length) },
      { measure: "a module without packages", value: figure(median(times.map(({ bare }) => bare)), "ms") },
      { measure: "first run, median of the programs", value: figure(median(firsts.map(({ value }) => value)), "ms") },
      { measure: "longest first run", value: named(firsts, "ms"), bar: atMost(longest.value, FIRST_MS, "ms") },
      {
        measure: "later run, times the bare module, median of the programs",
        value: figure(median(ratios.map(({ value }) => value)), ""),
      },
      {
        measure: "longest later runs, times the bare module",
        value: named(ratios, ""),
        bar: atMost(slowest.value, LATER_TIMES),
      },
    ],
  };
}

/** What a package costs the first run of a task, and the later ones. */
export const benchmark: Benchmark = {
  title: "Packages",
  async run() {
    return corpusFindings(await measureCorpus(programNames().filter((name) => KNOWN_FAILURES[name] === undefined)));
  },
};
