/** A server in small, for crash.test.ts to kill: makes jobs and runs them, and tells what it was promised. */
import { systemClock } from "../../src/lib/clock.ts";
import { createQueue } from "../../src/queue/queue.ts";
import { createWorker } from "../../src/queue/worker.ts";
import { createScheduler } from "../../src/scheduler/scheduler.ts";
import { openStore } from "../../src/store/open.ts";

const [url = "", taskId = ""] = process.argv.slice(2);
const fail = (error: unknown) => {
  process.stderr.write(`${error}\n`);
  process.exit(1);
};
const store = openStore({ url, clock: systemClock, onListenerError: fail });
const worker = createWorker({
  store,
  clock: systemClock,
  concurrency: 8,
  onError: fail,
  async run({ inputJson, attempt, onLog }) {
    onLog({ level: "info", message: `attempt ${attempt}`, time: Date.now() });
    // Some are under way at every moment.
    if (Math.random() < 0.3) await Bun.sleep(Math.random() * 5);
    const { n } = JSON.parse(inputJson) as { n: number };
    return {
      result: { status: "completed", outputJson: JSON.stringify(n * 2) },
      version: "1.0.0",
      usage: { durationMs: 1, cpuMs: 1, peakMemoryBytes: 0, fetchCount: 0, fetchBytes: 0 },
    };
  },
});
const scheduler = createScheduler({ store, clock: systemClock, onError: fail });
const queue = createQueue({ store });
await worker.start();
await scheduler.start();

/** Tells the parent what is acknowledged: from here on it must not be lost. */
let n = 0;
async function client(id: number): Promise<never> {
  for (;;) {
    const input = id * 1_000_000 + n++;
    const request = { taskId: Number(taskId), inputJson: JSON.stringify({ n: input }) };
    const made = await queue.enqueue(id % 2 === 0 ? [request] : Array.from({ length: 20 }, () => request));
    process.stdout.write(made.map(({ job }) => `${job.id} ${input}\n`).join(""));
    await Bun.sleep(1);
  }
}
await Promise.all([0, 1, 2, 3].map(client));
