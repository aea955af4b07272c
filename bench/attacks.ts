import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerProcess } from "./server-process.ts";

/** Something that a task or a request makes a server do, which must not keep it from answering others. */
export interface Attack {
  name: string;
  run(server: ServerProcess): Promise<unknown>;
}

const MEGABYTE = 1_000_000;

/** A list of `{}` of about so many characters, as JSON. */
const emptyObjects = (characters: number): string => `[${"{},".repeat(characters / 3)}{}]`;

interface AttackTask {
  label: string;
  code: string;
  input?: unknown;
  output?: unknown;
  limits?: Record<string, unknown>;
}

const UNIQUE = { type: "array", uniqueItems: true };
const ITEMS = { type: "array", items: { type: "object" } };
/** Doubles the work with each level of a value. */
const DOUBLING = {
  anyOf: [{ properties: { a: { $ref: "#" } }, required: ["x"] }, { properties: { a: { $ref: "#" } } }],
};
/** Takes long to compile. */
const LARGE = {
  patternProperties: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`^(a{900}|${at})+$`, ITEMS])),
};
const MANY_KEYWORDS = { allOf: Array.from({ length: 40_000 }, (_, at) => ({ properties: { [`p${at}`]: ITEMS } })) };

/** 4 MB of code around a function that throws. */
const LARGE_PROGRAM = `${Array.from({ length: 100_000 }, (_, at) => `const v${at} = () => [${at}, "text"];`).join("\n")}
export function main(n) {
  function deep(left) { if (left === 0) throw new Error("deep"); deep(left - 1); }
  deep(n);
}`;

const TASKS: readonly AttackTask[] = [
  { label: "echo", code: "(input) => input" },
  { label: "size", code: "(input) => JSON.stringify(input).length" },
  { label: "output", code: "(n) => Array.from({ length: n / 3 }, () => ({}))", output: ITEMS },
  { label: "unique", code: "(n) => Array.from({ length: n / 8 }, (_, i) => 1000000 + i)", output: UNIQUE },
  { label: "doubling", code: "(input) => 1", input: DOUBLING },
  { label: "pattern", code: "(input) => 1", input: LARGE },
  {
    label: "log",
    code: "(n) => { for (let i = 0; i < n; i++) console.log('x'.repeat(990)); return n; }",
    limits: { logs: "64MB" },
  },
  { label: "throw", code: LARGE_PROGRAM },
  { label: "keywords", code: "(input) => 1", input: MANY_KEYWORDS },
];

/** Writes the tasks that attacks use. */
export function writeAttackTasks(folder: string): void {
  for (const [at, { label, code, input = {}, output = {}, limits = {} }] of TASKS.entries()) {
    const place = join(folder, "tasks", label);
    mkdirSync(place, { recursive: true });
    const uuid = `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`;
    const most = { memory: "512MB", output: "64MB", time: "1m", ...limits };
    const metadata = { uuid, version: "1.0.0", label, description: label, limits: most };
    writeFileSync(join(place, "metadata.json"), JSON.stringify(metadata));
    writeFileSync(join(place, "main.js"), code);
    writeFileSync(join(place, "input.schema.json"), JSON.stringify(input));
    writeFileSync(join(place, "output.schema.json"), JSON.stringify(output));
  }
}

async function read(response: Response): Promise<{ status: number; bytes: number }> {
  return { status: response.status, bytes: (await response.bytes()).length };
}

const execute = async (server: ServerProcess, task: string, input: unknown) =>
  read(await server.post(`/api/v1/tasks/${task}/execute`, `{"input":${JSON.stringify(input)}}`));

/** Creates a job, waits for its end, and reads it. */
async function runJob(server: ServerProcess, body: string): Promise<void> {
  const created = await server.post("/api/v1/jobs", body);
  const id = /"id":(\d+)/.exec(await created.text())?.[1];
  if (id === undefined) return;
  for (;;) {
    const answer = await (await fetch(`${server.url}/api/v1/jobs/${id}/explain`)).text();
    if (/"reason":"(?:finished|completed|failed|cancelled)"/.test(answer) || answer.includes('"code"')) break;
    await Bun.sleep(50);
  }
  await read(await fetch(`${server.url}/api/v1/jobs/${id}`));
}

/** Levels of an object, for a schema that doubles the work with each. */
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

/** Everything that was found to freeze a server, and what is like it. */
export const ATTACKS: readonly Attack[] = [
  { name: "nothing", run: () => Bun.sleep(1_000) },
  { name: "output of 15 MB of {}", run: (server) => execute(server, "output", 15 * MEGABYTE) },
  { name: "output of 60 MB of {}", run: (server) => execute(server, "output", 60 * MEGABYTE) },
  { name: "uniqueItems over 16 MB", run: (server) => execute(server, "unique", 16 * MEGABYTE) },
  {
    name: "request body of 30 MB of {},",
    run: async (server) =>
      read(await server.post("/api/v1/jobs", `{"task":"size","input":${emptyObjects(30 * MEGABYTE)}}`)),
  },
  {
    name: "request body of 30 MB that is not JSON",
    run: async (server) => read(await server.post("/api/v1/jobs", "{},".repeat(10 * MEGABYTE))),
  },
  {
    name: "job with an input of 15 MB, read back",
    run: (server) => runJob(server, `{"task":"echo","input":${emptyObjects(15 * MEGABYTE)}}`),
  },
  { name: "list of jobs with large inputs", run: async (server) => read(await fetch(`${server.url}/api/v1/jobs`)) },
  {
    name: "batch of 10,000 jobs, 30 MB",
    run: async (server) => {
      const job = `{"task":"size","input":${JSON.stringify("x".repeat(2_900))}}`;
      return read(await server.post("/api/v1/jobs/batch", `{"jobs":[${Array(10_000).fill(job).join(",")}]}`));
    },
  },
  {
    name: "batch of 10,000 jobs by GraphQL",
    run: async (server) => {
      const jobs = Array.from({ length: 10_000 }, () => ({ taskId: 2, inputData: { text: "x".repeat(500) } }));
      const query = "mutation($jobs: [ExecuteTaskInput!]!) { enqueueJobs(jobs: $jobs) { created } }";
      return read(await server.post("/graphql", JSON.stringify({ query, variables: { jobs } })));
    },
  },
  {
    name: "cancelling and retrying all jobs",
    run: async (server) => {
      for (const action of ["cancel", "retry", "cancel"]) {
        await read(await server.post("/api/v1/jobs/bulk", JSON.stringify({ action, all: true })));
      }
    },
  },
  { name: "60 MB of console output", run: (server) => execute(server, "log", 60_000) },
  {
    name: "20 outputs of 900 kB at once",
    run: (server) => Promise.all(Array.from({ length: 20 }, () => execute(server, "output", 900_000))),
  },
  { name: "an error thrown in a large program", run: (server) => execute(server, "throw", 1_000) },
  {
    name: "GraphQL variables of 15 MB",
    run: async (server) => {
      const query = "mutation($d: JSON) { executeTaskDirect(taskId: 1, inputData: $d) { success output } }";
      const body = `{"query":${JSON.stringify(query)},"variables":{"d":${emptyObjects(15 * MEGABYTE)}}}`;
      return read(await server.post("/graphql", body));
    },
  },
  {
    name: "one idempotency key, 15 MB twice",
    run: async (server) => {
      const input = `{"b":${emptyObjects(15 * MEGABYTE)},"a":1}`;
      await server.post("/api/v1/jobs", `{"task":"size","idempotencyKey":"k","input":${input}}`);
      const again = `{"a":1,"b":${emptyObjects(15 * MEGABYTE)}}`;
      return read(await server.post("/api/v1/jobs", `{"task":"size","idempotencyKey":"k","input":${again}}`));
    },
  },
  {
    name: "schema that doubles the work with each level",
    run: async (server) => read(await server.post("/api/v1/jobs", `{"task":"doubling","input":${nested(400)}}`)),
  },
  {
    name: "schema with patterns that take long to compile",
    run: (server) => execute(server, "pattern", { [`${"a".repeat(2_000)}!`]: [] }),
  },
  { name: "schema with 40,000 subschemas", run: (server) => execute(server, "keywords", { p1: [] }) },
];
