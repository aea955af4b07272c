import { RATCHET, run } from "./programs.ts";
import { atMost, type Benchmark, figure } from "./report.ts";
import { median } from "./statistics.ts";
import { writeTask } from "./tasks.ts";

const TASKS = 200;
const CALLS = 5;
const LATENCY_MS = 50;
const ROUNDS = 7;

const SOURCE = `(function (input) {
  const seen = [];
  for (let call = 0; call < input.calls; call++) seen.push(fetch(input.url + "/" + call).body.path);
  return seen.length;
})
`;

/** Runs a number of executions of the task at once and checks the results. */
async function runTasks(folder: string, lines: number, input: { calls: number; url: string }): Promise<number> {
  const stdin = new Blob([`${JSON.stringify(input)}\n`.repeat(lines)]);
  const command = [RATCHET, "run-once", "--from-fs", folder, "--ndjson", "--input-file", "-"];
  const result = await run([...command, "--concurrency", String(TASKS)], { stdin, env: {} });
  const expected = `${input.calls}\n`.repeat(lines);
  if (result.exitCode !== 0 || result.stdout !== expected) {
    throw new Error(`ratchet exited with ${result.exitCode}: ${result.stdout.slice(0, 200)}${result.stderr}`);
  }
  return result.elapsedMs;
}

/** Many tasks that each block on the network. */
export const benchmark: Benchmark = {
  title: "200 tasks that each block on five fetches",
  async run() {
    const folder = writeTask("five-fetches", SOURCE);
    let open = 0;
    let most = 0;
    await using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        most = Math.max(most, ++open);
        await Bun.sleep(LATENCY_MS);
        open--;
        return Response.json({ path: new URL(request.url).pathname });
      },
    });
    const url = `http://127.0.0.1:${server.port}`;
    const starts: number[] = [];
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      starts.push(await runTasks(folder, 1, { calls: 0, url }));
      times.push(await runTasks(folder, TASKS, { calls: CALLS, url }));
    }
    const start = median(starts);
    const total = median(times);
    const ideal = CALLS * LATENCY_MS;
    return {
      method: `One process, ${TASKS} executions at once (\`--concurrency ${TASKS}\`), each making ${CALLS} synchronous fetches one after the other to a local server that responds after ${LATENCY_MS} ms: ${ideal} ms at best. The start is a run of the same task without fetches. The number of Workers is the default, one per core and at most two. Median of ${ROUNDS} runs.`,
      rows: [
        { measure: "whole process", value: figure(total, "ms") },
        { measure: "start alone", value: figure(start, "ms") },
        { measure: "difference", value: figure(total - start, "ms"), bar: atMost(total - start, 2 * ideal, "ms") },
        { measure: "most concurrent requests", value: String(most) },
      ],
    };
  },
};
