import { join } from "node:path";
import { run } from "./programs.ts";
import { atMost, type Benchmark, figure } from "./report.ts";
import { median } from "./statistics.ts";

const ROUNDS = 3;
const GUESTS = 300;

interface Measured {
  bytes: number;
  awake: number[];
  asleep: number[];
  woken: number[];
}

async function measure(): Promise<Record<string, Measured>> {
  const command = [process.execPath, join(import.meta.dir, "programs/asleep.ts"), String(GUESTS)];
  const { exitCode, stdout, stderr } = await run(command);
  if (exitCode !== 0) throw new Error(`the guests exited with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, Measured>;
}

/** What it costs to put a guest to sleep, and to wake it. */
export const benchmark: Benchmark = {
  title: "Sleeping machines",
  async run() {
    const rounds: Record<string, Measured>[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measure());
    const rows = Object.keys(rounds[0] ?? {}).flatMap((name) => {
      const all = rounds.flatMap((round) => round[name] ?? []);
      const of = (key: "awake" | "asleep" | "woken") => median(all.flatMap((each) => each[key]));
      const sleep = of("asleep") - of("awake");
      const wake = of("woken");
      const isSmall = name === "small";
      return [
        {
          measure: `${name}: image`,
          value: figure((all[0]?.bytes ?? 0) / 1000, "kB"),
          ...(isSmall && { bar: atMost((all[0]?.bytes ?? 0) / 1000, 10, "kB") }),
        },
        { measure: `${name}: an execution that does not sleep, median`, value: figure(of("awake"), "ms") },
        {
          measure: `${name}: put to sleep, median`,
          value: figure(sleep, "ms"),
          ...(isSmall && { bar: atMost(sleep, 5, "ms") }),
        },
        {
          measure: `${name}: wake and end, median`,
          value: figure(wake, "ms"),
          ...(isSmall && { bar: atMost(wake, 5, "ms") }),
        },
        ...(isSmall
          ? [
              {
                measure: "small: sleep and wake, in executions that do not sleep",
                value: figure((sleep + wake) / of("awake"), ""),
              },
            ]
          : []),
      ];
    });
    return {
      method: `Guests that hold a small object, 2,000 and 50,000 objects, on one warm Worker, with the round trip to it. Each round runs the same program without a wait, until it sleeps (the difference is what putting it to sleep takes), and from its image to its end. ${ROUNDS} rounds of ${GUESTS} guests, a tenth of them for the largest. Nothing is stored.`,
      rows,
    };
  },
};
