/**
 * Enqueues and executes additions with DBOS, and prints the workflows a second as JSON. Every result is kept.
 * Arguments: folder of its package, URL of PostgreSQL, workflows, workflows enqueued at once, concurrency.
 */
import { resolveSync } from "bun";

interface Handle {
  getResult(): Promise<{ sum: number }>;
}
type Addition = (num1: number, num2: number) => Promise<{ sum: number }>;
interface Client {
  DBOS: {
    setConfig(config: object): void;
    registerWorkflow(run: Addition, options: object): Addition;
    registerQueue(name: string, options: object): Promise<{ name: string }>;
    startWorkflow(run: Addition, options: object): (num1: number, num2: number) => Promise<Handle>;
    launch(): Promise<void>;
  };
}

/** How often DBOS looks for enqueued workflows; once a second by default, ms. */
const POLL_MS = 20;

const [folder = "", url = "", jobs = "", batch = "", concurrency = ""] = process.argv.slice(2);
const { DBOS } = (await import(resolveSync("@dbos-inc/dbos-sdk", folder))) as Client;
DBOS.setConfig({ name: "bench", systemDatabaseUrl: url, runAdminServer: false, logLevel: "error" });
const addition = DBOS.registerWorkflow(async (num1, num2) => ({ sum: num1 + num2 }), { name: "addition" });
await DBOS.launch();
const { name: queueName } = await DBOS.registerQueue("additions", {
  workerConcurrency: Number(concurrency),
  minPollingIntervalMs: POLL_MS,
});
const start = performance.now();
const handles: Handle[] = [];
for (let sent = 0; sent < Number(jobs); sent += Number(batch)) {
  const enqueued = Array.from({ length: Number(batch) }, () => DBOS.startWorkflow(addition, { queueName })(5, 10));
  handles.push(...(await Promise.all(enqueued)));
}
await Promise.all(handles.map((handle) => handle.getResult()));
process.stdout.write(JSON.stringify(Number(jobs) / ((performance.now() - start) / 1_000)));
process.exit(0);
