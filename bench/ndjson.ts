import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE, RATCHET, run } from "./programs.ts";
import { atLeast, type Benchmark, figure } from "./report.ts";
import { median } from "./statistics.ts";

const LINES = 100_000;
const ROUNDS = 5;

/** Runs all lines once and checks every result. */
async function once(inputFile: string): Promise<{ elapsedMs: number; peakBytes: number }> {
  const command = [RATCHET, "run-once", "--from-fs", "tasks/addition", "--ndjson", "--input-file", inputFile];
  const result = await run(command, { memory: true });
  if (result.exitCode !== 0) throw new Error(`ratchet exited with ${result.exitCode}: ${result.stderr}`);
  const sums = result.stdout.trimEnd().split("\n");
  if (sums.length !== LINES) throw new Error(`${sums.length} results for ${LINES} lines`);
  for (const [index, line] of sums.entries()) {
    if (line !== `{"sum":${index + 1}}`) throw new Error(`line ${index + 1} is ${line}`);
  }
  return result;
}

/** Throughput of a stream of inputs. */
export const benchmark: Benchmark = {
  title: "100,000 lines through `run-once --ndjson`",
  async run() {
    mkdirSync(CACHE, { recursive: true });
    const inputFile = join(CACHE, "addition.ndjson");
    writeFileSync(inputFile, Array.from({ length: LINES }, (_, index) => `{"num1":${index},"num2":1}\n`).join(""));
    const rates: number[] = [];
    const peaks: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { elapsedMs, peakBytes } = await once(inputFile);
      rates.push(LINES / (elapsedMs / 1000));
      peaks.push(peakBytes / 1024 / 1024);
    }
    const rate = median(rates);
    return {
      method: `Addition with the default concurrency. The time includes the start of the process, every result is checked, and the value is the median of ${ROUNDS} runs. Every line is an execution on a pristine machine with validated input and output.`,
      rows: [
        { measure: "executions per second", value: figure(rate, ""), bar: atLeast(rate, 10_000) },
        { measure: "largest resident memory", value: figure(median(peaks), "MB") },
      ],
    };
  },
};
