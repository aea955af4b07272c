import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "./made-task.ts";

/** Tasks that write and read streams, as `main.js`. */
export const STREAM_TASKS = {
  numbers: `async function* main({ count, bytes = 0, failAt = -1 }) {
    try {
      for (let n = 0; n < count; n++) {
        if (n === failAt) throw new DataError("number " + n + " is missing");
        yield bytes === 0 ? { n } : { n, text: "x".repeat(bytes) };
      }
      return { count };
    } finally { console.log("numbers closed"); }
  }`,
  written: `async function main({ count }, context) {
    let read = true;
    for (let n = 0; n < count && read; n++) read = await context.output.write({ n });
    return { read };
  }`,
  doubles: `async function* main(rows) { for await (const { n, ...others } of rows) yield { n: 2 * n, ...others }; }`,
  sum: `async function main(rows) {
    let [sum, count, inOrder, last] = [0, 0, true, -1];
    for await (const { n } of rows) { sum += n; count++; inOrder &&= n > last; last = n; }
    return { sum, count, inOrder };
  }`,
  first: `async function main(rows, context) {
    const taken = [];
    for await (const { n } of rows) { taken.push(n); if (taken.length === 3) break; }
    return { taken };
  }`,
  failing: `async function main(rows) {
    let count = 0;
    for await (const row of rows) if (++count === 5) throw new DataError("no more than 4");
    return { count };
  }`,
  caught: `async function main(rows) {
    let count = 0;
    try { for await (const row of rows) count++; return { count }; }
    catch (error) { return { count, name: error.name, message: error.message, data: error.data }; }
  }`,
  plain: `async function main(input) { return input; }`,
} as const;

/** Which of the tasks take a stream of rows. */
const TAKES_STREAM = new Set(["doubles", "sum", "first", "failing", "caught"]);

/** What a task of a test has besides its program. */
export interface StreamTask {
  main?: string;
  metadata?: Record<string, unknown>;
  inputSchema?: unknown;
  outputSchema?: unknown;
}

/** Writes the tasks above, or others, into a collection. */
export function writeStreamTasks(folder: string, tasks: Record<string, StreamTask> = {}): void {
  for (const [label, main] of Object.entries(STREAM_TASKS)) {
    const metadata = TAKES_STREAM.has(label) ? { stream: true } : {};
    makeTask(folder, { label, main, metadata });
  }
  for (const [label, { main, metadata, ...schemas }] of Object.entries(tasks)) {
    const known = STREAM_TASKS[label as keyof typeof STREAM_TASKS];
    const stream = TAKES_STREAM.has(label) ? { stream: true } : {};
    makeTask(folder, { label, main: main ?? known, metadata: { ...stream, ...metadata }, ...schemas });
  }
}

/** Writes a workflow. @returns its path */
export function writeWorkflow(
  folder: string,
  label: string,
  text: string,
  tests: Record<string, unknown> = {},
): string {
  const path = join(folder, label);
  mkdirSync(join(path, "tests"), { recursive: true });
  const metadata = { uuid: crypto.randomUUID(), version: "1.0.0", label, description: "A workflow of a test." };
  writeFileSync(join(path, "metadata.json"), JSON.stringify(metadata));
  writeFileSync(join(path, "workflow.yaml"), text);
  for (const [name, content] of Object.entries(tests)) {
    writeFileSync(join(path, "tests", `${name}.json`), JSON.stringify(content));
  }
  return path;
}

/** The steps of a chain of tasks, each of which reads the stream of the one before. */
export function chainOf(...tasks: string[]): string {
  const steps = tasks.map((task, index) => {
    const input = index === 0 ? "input" : `steps.s${index - 1}.stream`;
    return `  s${index}: { task: ${task}, input: "\${ ${input} }" }`;
  });
  return `steps:\n${steps.join("\n")}\noutput: \${ steps.s${tasks.length - 1}.output }\n`;
}
