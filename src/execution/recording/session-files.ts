import type { JsonValue } from "../../domain/json.ts";
import { DEFAULT_LIMITS, type ExecutionLimits } from "../../domain/limits.ts";
import type { Journal } from "../../domain/recording.ts";
import type { SecretValues } from "../../domain/secret.ts";
import { readText } from "../../domain/shared-text.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import type { HttpExchange } from "../../http/record-http.ts";
import { buildInfo } from "../../lib/build-info.ts";
import { chosenEngine, type ExecuteResult } from "../execute.ts";
import { toHar } from "./har.ts";
import { maskExchange } from "./mask-exchange.ts";
import { maskUrl } from "./mask-form.ts";
import { maskJsonText } from "./mask-json-text.ts";
import { createMasker, type Masker } from "./masker.ts";
import { errorOf, SESSION_FILES, SESSION_FORMAT, type SessionEnvironment } from "./recorded-session.ts";
import type { Trace } from "./trace.ts";

/** What was recorded of one execution. Nothing in it is masked yet. */
export interface RecordedRun {
  task: TaskDefinition;
  input: JsonValue;
  engine?: string;
  limits?: Partial<ExecutionLimits>;
  secrets: Record<string, string>;
  /** Further values that are masked. */
  known?: SecretValues;
  executionId: string;
  attempt: number;
  /** ms since the epoch. */
  startedAt: number;
  exchanges: HttpExchange[];
  trace: Trace;
  /** `null` if the task was not started. */
  journal: Journal | null;
}

/** Used as the checksum of a task whose files cannot be read (any more). */
const UNKNOWN = "unknown";

/** Returns the masked text of each file of a session's folder, by its name. @param indent of the files that people may read */
export async function sessionFiles(
  run: RecordedRun,
  result: ExecuteResult,
  { indent = 2 }: { indent?: number } = {},
): Promise<Record<string, string>> {
  const masker = createMasker(
    [...Object.values(run.secrets), ...(run.known?.values() ?? [])],
    [JSON.stringify(run.input)],
  );
  // The first pass finds the secrets, and the second replaces them everywhere.
  const first = masked(run, result, masker);
  const final = masker.isEmpty() ? first : masked(run, result, masker);
  return {
    [SESSION_FILES.input]: `${final.input}\n`,
    [result.status === "completed" ? SESSION_FILES.output : SESSION_FILES.error]: `${final.result}\n`,
    [SESSION_FILES.har]: `${JSON.stringify(toHar(final.exchanges), null, indent)}\n`,
    [SESSION_FILES.tracing]: final.trace,
    [SESSION_FILES.environment]: `${JSON.stringify(await environment(run, result, masker), null, indent)}\n`,
  };
}

function masked({ input, exchanges, trace }: RecordedRun, result: ExecuteResult, masker: Masker) {
  const mask = (json: string) => maskJsonText(json, masker);
  return {
    input: mask(JSON.stringify(input)),
    exchanges: exchanges.map((exchange) => maskExchange(exchange, masker)),
    result: mask(
      result.status === "completed" ? readText(result.outputJson) : JSON.stringify(errorOf(result.error), null, 2),
    ),
    trace: trace.text({ line: mask, url: (url) => maskUrl(url, masker) }),
  };
}

async function environment(run: RecordedRun, result: ExecuteResult, masker: Masker): Promise<SessionEnvironment> {
  const { task, secrets, executionId, attempt, startedAt, journal } = run;
  const { label, version, uuid, limits } = task.metadata;
  const { version: ratchet, commit } = buildInfo();
  return {
    format: SESSION_FORMAT,
    ratchet: { version: ratchet, commit },
    engine: chosenEngine(run),
    platform: { os: process.platform, arch: process.arch, bun: Bun.version },
    task: { uuid, label, version, checksum: await task.checksum().catch(() => UNKNOWN) },
    execution: { id: executionId, attempt, startedAt: new Date(startedAt).toISOString() },
    limits: { ...DEFAULT_LIMITS, ...limits, ...run.limits },
    usage: result.usage,
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, masker.secret("secret", value)])),
    journal,
  };
}
