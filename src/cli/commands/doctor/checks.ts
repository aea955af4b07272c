import { existsSync } from "node:fs";
import { availableParallelism, freemem, tmpdir, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { processEnvironment, userCacheFolder } from "../../../config/environment.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import { readText } from "../../../domain/shared-text.ts";
import { execute } from "../../../execution/execute.ts";
import { buildInfo } from "../../../lib/build-info.ts";
import { loadCollection, loadProgram } from "../../../task/load.ts";
import type { Invocation } from "../../framework/command.ts";
import { inlineExecutor } from "../../framework/executors.ts";
import { createOutboundClient } from "../../framework/outbound.ts";
import { roundedSize } from "../db/rounded-size.ts";
import { attempt, type Check } from "./check.ts";
import { databaseChecks } from "./database-checks.ts";
import { runningServerChecks } from "./running-server.ts";
import { securityChecks } from "./security-checks.ts";
import { startChecks } from "./start-checks.ts";
import { checkAccess } from "./writable.ts";

/** Checks what Ratchet needs. Never throws: a failure is the result of its check. */
export async function checkEverything(context: Invocation): Promise<Check[]> {
  const checks: Check[] = [version(), machine()];
  let config: ConfigValues | undefined;
  checks.push(
    await attempt("configuration", async () => {
      const { values, origins } = await context.config();
      config = values;
      const files = new Set(Object.values(origins).flatMap((origin) => (origin.from === "file" ? [origin.path] : [])));
      return files.size === 0 ? "defaults; no configuration file" : [...files].join(", ");
    }),
  );
  const values = config;
  if (values === undefined) return checks;
  checks.push(
    await attempt("sandbox", () => runSomething(values)),
    await attempt("temporary", async () => writable(tmpdir())),
    await cache(),
    ...(await databaseChecks(values)),
    await tasks(),
    ...(await startChecksOf(values)),
    ...(await securityChecks(values)),
    ...(await runningServerChecks(values)),
  );
  return checks;
}

async function startChecksOf(config: ConfigValues): Promise<Check[]> {
  const client = createOutboundClient(config);
  try {
    return await startChecks(config, client.send);
  } finally {
    await client.stop();
  }
}

function version(): Check {
  const { version, commit } = buildInfo();
  return { name: "version", state: "ok", text: `${version} (${commit}), ${process.platform} ${process.arch}` };
}

function machine(): Check {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const memory = `${roundedSize(freemem())} of ${roundedSize(totalmem())} memory free`;
  return { name: "machine", state: "ok", text: `${availableParallelism()} processors, ${memory}, time zone ${zone}` };
}

/** Runs a program, as every command does, and says how long it took. */
async function runSomething(config: ConfigValues): Promise<string> {
  const executor = await inlineExecutor();
  const task = await loadProgram("(input) => input.a + input.b", "doctor", tmpdir());
  const start = performance.now();
  const http = createOutboundClient(config).send;
  const result = await execute({ task, input: { a: 5, b: 10 }, executor, http });
  await executor.stop();
  if (result.status === "failed") throw result.error;
  const output = readText(result.outputJson);
  if (output !== "15") throw new Error(`The sandbox computed 5 + 10 = ${output}.`);
  return `runs programs (${Math.round(performance.now() - start)} ms)`;
}

function writable(folder: string): string {
  checkAccess(folder);
  return `${folder} can be written to`;
}

async function cache(): Promise<Check> {
  const folder = userCacheFolder(processEnvironment());
  const name = "cache";
  if (folder === undefined) return { name, state: "note", text: "no home folder, so nothing is kept between runs" };
  const nearest = existingFolder(folder);
  return attempt(name, async () => {
    checkAccess(nearest);
    return `${join(folder, "ratchet")} can be written to`;
  });
}

function existingFolder(path: string): string {
  let at = resolve(path);
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

async function tasks(): Promise<Check> {
  const name = "tasks";
  if (!existsSync("tasks")) return { name, state: "note", text: "no folder tasks here; `ratchet init` creates a task" };
  return attempt(name, async () => {
    const { tasks, problems } = await loadCollection("tasks");
    const broken = problems.filter(({ severity }) => severity === "error").length;
    const note = broken === 0 ? "" : `, ${broken} problems; \`ratchet validate tasks\` lists them`;
    return `${tasks.length} in ./tasks${note}`;
  });
}
