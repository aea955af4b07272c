import { RATCHET, run } from "./programs.ts";
import { atMost, type Benchmark, figure, type Row } from "./report.ts";
import { median } from "./statistics.ts";
import { writeTask } from "./tasks.ts";

const LIMIT_MS = 500;
const ROUNDS = 5;
const MEMORY_LIMIT_MB = 64;

/** Programs that never end: by loops, and inside one built-in that the engine's own interrupt handler does not reach. */
const ENDLESS = {
  loop: { code: "while (true);", overshootMs: 50 },
  recursion: { code: "(function f(n) { try { f(n + 1); } finally { f(n + 1); } })(0)", overshootMs: 50 },
  promises: { code: "return (function again() { return Promise.resolve().then(again); })()", overshootMs: 50 },
  regexp: { code: "/^(a+)+$/.test('a'.repeat(50) + 'b')", overshootMs: 150 },
  sort: { code: "while (true) Array.from({ length: 2e5 }, (_, i) => -i).sort((a, b) => a - b)", overshootMs: 150 },
  reverse: { code: "[].reverse.call({ length: 2 ** 53 - 2 })", overshootMs: 150 },
  indexOf: { code: "const s = 'a'.repeat(1e7); while (true) s.indexOf('a'.repeat(5e6) + 'b')", overshootMs: 150 },
  fill: { code: "const a = new Uint8Array(4e7); while (true) a.fill(1)", overshootMs: 150 },
  stringify: {
    code: "const a = Array(2e5).fill('x'); while (true) JSON.stringify([a, a, a, a, a, a])",
    overshootMs: 150,
  },
} as const;

/** Programs that take all the memory they get. */
const GREEDY = {
  arrays: "const a = []; while (true) a.push(new Array(1000).fill(a.length))",
  strings: "const a = []; while (true) a.push('x'.repeat(1e5).toUpperCase())",
  buffers: "const a = []; while (true) a.push(new Uint8Array(1e6).fill(1))",
  maps: "const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })",
} as const;

const branches = [...Object.entries(ENDLESS).map(([name, { code }]) => [name, code]), ...Object.entries(GREEDY)];

/** One task that can do all of it, and after that waits quietly for a while. */
const SOURCE = `(async function (input) {
  if (input.wait) return await new Promise((resolve) => setTimeout(() => resolve("waited"), input.wait));
  switch (input.kind) {
${branches.map(([name, code]) => `    case "${name}": { ${code}; break; }`).join("\n")}
  }
  return "ended by itself";
})
`;

/** Wall time past the limit of a single run, ms. */
async function overshoot(folder: string, kind: string, start: number): Promise<number> {
  const input = JSON.stringify({ kind });
  const command = [RATCHET, "run-once", "--from-fs", folder, "--input-json", input, "--timeout", `${LIMIT_MS}ms`];
  const result = await run(command);
  if (result.exitCode !== 4)
    throw new Error(`${kind} exited with ${result.exitCode}: ${result.stdout}${result.stderr}`);
  return result.elapsedMs - LIMIT_MS - start;
}

/** CPU time that a process uses while a task waits on the thread on which another was just killed, ms. */
async function busyAfter(folder: string, kind: string): Promise<number> {
  const waitMs = LIMIT_MS - 100;
  const lines = `${JSON.stringify({ kind })}\n${JSON.stringify({ wait: waitMs })}\n`.repeat(2);
  const command = [RATCHET, "run-once", "--from-fs", folder, "--ndjson", "--input-file", "-", "--concurrency", "1"];
  const child = Bun.spawn([...command, "--timeout", `${LIMIT_MS}ms`], {
    stdin: new Blob([lines]),
    stdout: "pipe",
    stderr: "ignore",
  });
  const [text] = await Promise.all([child.stdout.text(), child.exited]);
  const [killed, waited, killedAgain, waitedAgain] = text.trimEnd().split("\n");
  const isKilled = (line: string | undefined) => line?.includes("TIME_LIMIT") === true;
  if (!isKilled(killed) || !isKilled(killedAgain) || waited !== '"waited"' || waitedAgain !== '"waited"') {
    throw new Error(`${kind}: ${text}`);
  }
  return Math.max(0, Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000 - 2 * LIMIT_MS);
}

async function timeRows(folder: string): Promise<Row[]> {
  const starts: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    starts.push((await run([RATCHET, "run-once", "--from-fs", folder, "--input-json", "{}"])).elapsedMs);
  }
  const start = median(starts);
  const rows: Row[] = [];
  for (const [kind, { overshootMs }] of Object.entries(ENDLESS)) {
    const values: number[] = [];
    for (let round = 0; round < ROUNDS; round++) values.push(await overshoot(folder, kind, start));
    const value = median(values);
    const largest = Math.max(...values);
    rows.push({
      measure: `past the limit: ${kind}`,
      value: `${figure(Math.max(value, 0), "ms")} (largest ${figure(Math.max(largest, 0), "ms")})`,
      bar: atMost(value, overshootMs, "ms"),
    });
  }
  return rows;
}

async function freeRows(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const kind of Object.keys(ENDLESS)) {
    const busy = await busyAfter(folder, kind);
    const measure = `CPU time besides the two killed executions: ${kind}`;
    rows.push({ measure, value: figure(busy, "ms"), bar: atMost(busy, LIMIT_MS, "ms") });
  }
  return rows;
}

async function memoryRows(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const kind of Object.keys(GREEDY)) {
    const command = [RATCHET, "run-once", "--from-fs", folder, "--input-json", JSON.stringify({ kind })];
    const result = await run([...command, "--memory", `${MEMORY_LIMIT_MB}MB`], { memory: true });
    if (result.exitCode !== 5) throw new Error(`${kind} exited with ${result.exitCode}: ${result.stderr}`);
    const peak = result.peakBytes / 1024 / 1024;
    const measure = `resident memory at a limit of ${MEMORY_LIMIT_MB} MB: ${kind}`;
    rows.push({ measure, value: figure(peak, "MB"), bar: atMost(peak, MEMORY_LIMIT_MB + 60, "MB") });
  }
  return rows;
}

/** What happens at a limit. */
export const benchmark: Benchmark = {
  title: "Time and memory limits",
  async run() {
    const folder = writeTask("hostile", SOURCE);
    return {
      method: `A limit of ${LIMIT_MS} ms. Past the limit: wall time of the process minus the limit and minus the time of a run that ends at once, median of ${ROUNDS}. CPU time: a process in which an execution reaches the time limit, the next one waits ${LIMIT_MS - 100} ms on the same Worker, and both happen once more. Its CPU time without the two limits is that of start and end; it would be some ${2 * (LIMIT_MS - 100)} ms more if a thread stayed busy. Memory: the largest resident size of the process.`,
      rows: [...(await timeRows(folder)), ...(await freeRows(folder)), ...(await memoryRows(folder))],
    };
  },
};
