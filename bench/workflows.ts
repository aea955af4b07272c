import { join } from "node:path";
import { RATCHET } from "./programs.ts";
import { atLeast, type Benchmark, figure, type Row } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";
import { median } from "./statistics.ts";

/** Runs of each load, in turns. The first warms up. */
const ROUNDS = 4;
/** How often it looks for the end of a run, ms. */
const POLL_MS = 5;
/** Steps a second that a workflow must reach. */
const BAR = 2_000;

/** A workflow of so many steps, and its output. */
interface Load {
  label: string;
  measure: string;
  steps: number;
  yaml: string;
  output: number;
}

const CHAIN = 1_000;
const WIDE = 10_000;

const LOADS: readonly Load[] = [
  {
    label: "chain",
    measure: "1,000 steps, one after the other",
    steps: CHAIN,
    yaml: workflow(
      CHAIN,
      (i) => `{ num1: ${i === 0 ? 0 : `"\${ steps.s${i - 1}.output.sum }"`}, num2: 1 }`,
      `\${ steps.s${CHAIN - 1}.output.sum }`,
    ),
    output: CHAIN,
  },
  {
    label: "wide",
    measure: "10,000 steps side by side",
    steps: WIDE,
    yaml: workflow(WIDE, (i) => `{ num1: "\${ input }", num2: ${i} }`, "${ Object.keys(steps).length }"),
    output: WIDE,
  },
  {
    label: "each",
    measure: "one step with forEach over 10,000 items",
    steps: WIDE,
    yaml: [
      "steps:",
      `  all: { task: addition, forEach: "\${ Array.from({ length: ${WIDE} }, (_, i) => i) }", concurrency: 64, input: { num1: "\${ item }", num2: 1 } }`,
      "output: ${ steps.all.output.length }",
    ].join("\n"),
    output: WIDE,
  },
];

function workflow(steps: number, input: (i: number) => string, output: string): string {
  const lines = Array.from({ length: steps }, (_, i) => `  s${i}: { task: addition, input: ${input(i)} }`);
  return ["steps:", ...lines, `output: ${output}`, ""].join("\n");
}

async function writeTasks(folder: string): Promise<void> {
  for (const { label, yaml } of LOADS) {
    const hex = new Bun.CryptoHasher("sha256").update(label).digest("hex");
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    const place = join(folder, "tasks", label);
    await Bun.write(
      join(place, "metadata.json"),
      JSON.stringify({ uuid, version: "1.0.0", label, description: label }),
    );
    await Bun.write(join(place, "workflow.yaml"), yaml);
    for (const side of ["input", "output"]) await Bun.write(join(place, `${side}.schema.json`), "{}");
  }
}

/** Steps a second on a server, from the request to the end of the run. */
async function served(server: ServerProcess, { label, steps, output }: Load): Promise<number> {
  const start = performance.now();
  const response = await server.post("/api/v1/jobs", JSON.stringify({ task: label, input: 1 }));
  const { id } = (await response.json()) as { id: number };
  for (;;) {
    const job = (await (await fetch(`${server.url}/api/v1/jobs/${id}`)).json()) as { status: string; output: unknown };
    if (job.status === "completed" && job.output === output) return steps / ((performance.now() - start) / 1_000);
    if (["completed", "failed", "cancelled"].includes(job.status)) throw new Error(JSON.stringify(job));
    await Bun.sleep(POLL_MS);
  }
}

/** Steps a second of `run-once`, from the start of the process to its end. */
async function once(folder: string, { label, steps, output }: Load): Promise<number> {
  const start = performance.now();
  const child = Bun.spawn(
    [RATCHET, "run-once", "--from-fs", `${join(folder, "tasks")}#${label}`, "--input-json", "1"],
    {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const written = await child.stdout.text();
  if ((await child.exited) !== 0 || written !== `${output}\n`) throw new Error(`${label} printed ${written}`);
  return steps / ((performance.now() - start) / 1_000);
}

/** How many steps a second workflow files run. */
export const benchmark: Benchmark = {
  title: "Workflow files",
  async run() {
    const folder = newFolder();
    await writeTasks(folder);
    const server = await startServer(folder);
    const rates = LOADS.map(() => ({ served: [] as number[], once: [] as number[] }));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, load] of LOADS.entries()) {
        rates[i]?.served.push(await served(server, load));
        rates[i]?.once.push(await once(folder, load));
      }
    }
    await server.stop();
    const rows = LOADS.flatMap(({ measure }, i): Row[] =>
      (["served", "once"] as const).map((way) => {
        const measured = median((rates[i]?.[way] ?? []).slice(1));
        const where = way === "served" ? "a server" : "`run-once`";
        return {
          measure: `${measure}, ${where}`,
          value: figure(measured, "steps a second"),
          bar: atLeast(measured, BAR, "steps a second"),
        };
      }),
    );
    const method = `Workflows that call addition, on a server as it ships and with \`run-once\`, in ${ROUNDS} turns; medians without the first. The time of a server is that from the request to the output; that of \`run-once\` is the whole process. Files are parsed once and then kept.`;
    return { method, rows };
  },
};
