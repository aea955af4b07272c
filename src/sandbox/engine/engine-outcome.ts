import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionOutcome } from "../../domain/execution.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { SandboxRequest } from "../executor.ts";
import type { EngineRequest, EngineResult } from "./engine-request.ts";

/** What of a request crosses to the thread that runs it. */
export function engineRequest(request: SandboxRequest): EngineRequest {
  // Nothing there reads the sources.
  const { texts: _, ...program } = request.program;
  const { inputJson, context, limits, throwHttpErrors, onJournal, replay } = request;
  return {
    program,
    inputJson,
    context,
    limits,
    throwHttpErrors: throwHttpErrors === true,
    record: onJournal !== undefined,
    replay,
  };
}

/** Largest progress report, characters of JSON: whoever gets it has other things to do than to take it apart. */
const PROGRESS_LIMIT = 65_536;

/** Hands on a progress report, unless it is no JSON (the guest has made it) or too long. */
export function reportProgress({ onProgress, onLog }: SandboxRequest, json: string): void {
  if (onProgress === undefined) return;
  if (json.length > PROGRESS_LIMIT) {
    const message = `progress of ${json.length} characters was not kept; the limit is ${PROGRESS_LIMIT}`;
    void onLog?.({ level: "warn", message, time: Date.now() });
    return;
  }
  let value: JsonValue;
  try {
    value = JSON.parse(json) as JsonValue;
  } catch {
    return;
  }
  onProgress(value);
}

/** An engine's result as the outcome callers see. */
export function outcomeOf(request: SandboxRequest, result: EngineResult): ExecutionOutcome {
  if (result.journal !== undefined) request.onJournal?.(result.journal);
  const { failure, usage } = result;
  if (failure === undefined) return { status: "completed", outputJson: result.outputJson ?? "null", usage };
  const remedy = failure.remedy ?? REMEDIES[failure.code];
  const error = new RatchetError(failure.code, failure.message, {
    data: failure.data,
    ...(failure.guest === undefined ? {} : { guest: failure.guest }),
    ...(remedy === undefined ? {} : { remedy }),
  });
  return { status: "failed", error, usage };
}

const REMEDIES: Partial<Record<RatchetError["code"], string>> = {
  TIME_LIMIT:
    "give it more time (limits.time in metadata.json, --timeout of run-once, execution.max_execution_duration of a server) or find what takes so long",
  MEMORY_LIMIT: "give it more memory (limits.memory in metadata.json, --memory of run-once) or hold less at a time",
  STACK_LIMIT: "look for recursion that does not end, or use a loop",
  OUTPUT_LIMIT: "return less, or raise limits.output in metadata.json (and execution.max_output_size of a server)",
  LOG_LIMIT: "log less, or raise limits.logs in metadata.json",
  FETCH_LIMIT:
    "make fewer or smaller requests, or raise limits.fetches, fetch_response or fetch_total in metadata.json",
  INVALID_OUTPUT: "return plain data: objects, lists, texts, numbers, true, false and null",
  NEVER_SETTLED: "make sure that every promise the task returns or awaits is resolved or rejected",
};
