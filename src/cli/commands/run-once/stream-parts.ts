import { resolve } from "node:path";
import type { TaskDefinition } from "../../../domain/task.ts";
import type { LedgerSum } from "../../../execution/ledger/merge.ts";
import { checkOutputPath } from "../../framework/output-file.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { RunOnceOptions } from "./options.ts";
import type { RunSecrets } from "./run-secrets.ts";
import type { StreamInput } from "./stream-input.ts";
import type { StreamTrace } from "./stream-trace.ts";

/** The sum of what all lines touch, if the options ask for it. @throws {RatchetError} ENVIRONMENT */
export async function ledgerSumFor(path: string | undefined): Promise<LedgerSum | undefined> {
  if (path === undefined) return undefined;
  checkOutputPath(path);
  return (await import("../../../execution/ledger/merge.ts")).createLedgerSum();
}

/** The trace of all lines, if the options ask for it. */
export async function traceFor(
  { trace }: RunOnceOptions,
  task: TaskDefinition,
  { text }: RunSecrets,
): Promise<StreamTrace | undefined> {
  if (trace === undefined) return undefined;
  return (await import("./stream-trace.ts")).openStreamTrace(trace, task.metadata.label, text);
}

/** Which lines are done, if the options ask for it. */
export async function checkpointFor(
  options: RunOnceOptions,
  task: TaskDefinition,
  input: StreamInput,
): Promise<Checkpoint | undefined> {
  if (options.checkpoint === undefined) return undefined;
  const { openCheckpoint } = await import("./checkpoint.ts");
  return openCheckpoint(options.checkpoint, {
    task: task.metadata.uuid,
    "--input-file": input.path === "-" ? "-" : resolve(input.path),
    "--input-format": options["input-format"] ?? "ndjson",
    "--output": options.output === undefined ? "-" : resolve(options.output),
    "--output-format": options["output-format"] ?? "json",
    "--envelope": options.envelope,
    "--set": JSON.stringify(options.set),
  });
}
