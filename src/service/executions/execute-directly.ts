import type { ExecutionStatus } from "../../domain/execution-record.ts";
import type { JsonObject } from "../../domain/json.ts";
import { RawJson } from "../../domain/raw-json.ts";
import { defined } from "../../lib/defined.ts";
import { storedError } from "../../queue/stored-error.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { checkVersion } from "../request-checks.ts";
import type { TaskReference } from "../tasks/find-task.ts";
import { checkedInput, findRunnable, givenInput } from "../tasks/runnable-task.ts";

/** A requested direct execution. */
export interface DirectExecutionRequest {
  task: TaskReference;
  /** Exact version. @default the newest */
  version?: string;
  /** @default {} */
  input?: unknown;
}

/** How a direct execution ended. */
export interface DirectExecutionResult {
  executionId: number;
  status: Extract<ExecutionStatus, "completed" | "failed" | "cancelled">;
  success: boolean;
  version: string | null;
  output: RawJson | null;
  error: JsonObject | null;
  durationMs: number | null;
}

/**
 * Runs a task while the caller waits.
 * @param pointer where the input is in the request
 * @throws {RatchetError} as findRunnable and checkedInput; a failure of the task is a result
 */
export async function executeDirectly(
  deps: Pick<
    ServiceDependencies,
    "store" | "registry" | "validateInputs" | "direct" | "checks" | "vault" | "maxInputBytes" | "traces"
  >,
  request: DirectExecutionRequest,
  pointer: string,
  signal: AbortSignal,
): Promise<DirectExecutionResult> {
  const { version } = request;
  checkVersion(version, "");
  const runnable = await findRunnable(deps, request.task, version ?? null);
  const inputJson = await checkedInput(deps, runnable, givenInput(request.input), pointer);
  const origin = deps.traces?.requests.current();
  if (origin !== undefined) origin.task = runnable.task.label;
  const { executionId, outcome } = await deps.direct.run({
    taskId: runnable.task.id,
    inputJson,
    signal,
    ...defined({ version, origin }),
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
