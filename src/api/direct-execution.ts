import type { JsonObject } from "../domain/json.ts";
import { RawJson } from "../lib/raw-json.ts";
import { storedError } from "../queue/stored-error.ts";
import type { ApiDependencies } from "./dependencies.ts";
import type { TaskReference } from "./find-task.ts";
import { checkedInput, findRunnable, givenInput } from "./prepare-job.ts";

/** How a direct execution ended, as both interfaces tell it. */
export interface DirectAnswer {
  executionId: number;
  status: "completed" | "failed" | "cancelled";
  success: boolean;
  version: string | null;
  output: RawJson | null;
  error: JsonObject | null;
  durationMs: number | null;
}

/**
 * Runs a task while the caller waits.
 * @throws {RatchetError} as findRunnable and checkedInput; not for anything the task did
 */
export async function executeDirectly(
  deps: Pick<ApiDependencies, "store" | "registry" | "settings" | "direct" | "checks">,
  request: { task: TaskReference; version?: string; input: unknown; pointer: string; signal: AbortSignal },
): Promise<DirectAnswer> {
  const { version, signal } = request;
  const runnable = await findRunnable(deps, request.task, version ?? null);
  const inputJson = await checkedInput(deps, runnable, givenInput(request.input), request.pointer);
  const { executionId, outcome } = await deps.direct.run({
    taskId: runnable.task.id,
    inputJson,
    signal,
    ...(version === undefined ? {} : { version }),
  });
  const { result } = outcome;
  const common = { executionId, version: outcome.version, durationMs: outcome.usage?.durationMs ?? null };
  if (result.status === "completed") {
    const output = new RawJson(result.outputJson);
    return { ...common, status: "completed", success: true, output, error: null };
  }
  const status = result.error.code === "CANCELLED" ? "cancelled" : "failed";
  return { ...common, status, success: false, output: null, error: { ...storedError(result.error) } };
}
