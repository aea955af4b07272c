import type { ConfigKey } from "../../config/keys.ts";
import { type ErrorCode, RatchetError } from "../../domain/errors.ts";
import type { ExecutionOutcome } from "../../domain/execution.ts";
import type { JsonValue } from "../../domain/json.ts";
import { UTC } from "../../domain/time-zone.ts";
import { defined } from "../../lib/defined.ts";
import type { LIMIT_FIELDS } from "../../task/task-limits.ts";
import type { SandboxRequest } from "../executor.ts";
import type { EngineRequest, EngineResult } from "./engine-request.ts";

/** Returns the part of a request that travels to the thread which runs it. */
export function engineRequest(request: SandboxRequest): EngineRequest {
  const { program, inputJson, context, limits, throwHttpErrors, onJournal, replay, fixed, timeZone = UTC } = request;
  return {
    program,
    inputJson,
    context,
    limits,
    throwHttpErrors: throwHttpErrors === true,
    timeZone,
    record: onJournal !== undefined,
    maxJournalBytes: request.maxJournalBytes,
    replay,
    fixed,
    durable: request.durable?.start,
  };
}

/** The longest progress report that is passed on, characters of JSON. Its receivers parse it, and have other work too. */
const PROGRESS_LIMIT = 65_536;

/** Passes on a progress report, unless it is too long or not JSON (the guest wrote it). */
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

/** Returns an engine's result as the outcome that callers see. */
export function outcomeOf(request: SandboxRequest, result: EngineResult): ExecutionOutcome {
  if (result.journal !== undefined) request.onJournal?.(result.journal);
  const { failure, asleep, usage } = result;
  if (asleep !== undefined) return { status: "asleep", guest: asleep, usage };
  if (failure === undefined) return { status: "completed", outputJson: result.outputJson ?? "null", usage };
  const { code, message, data, guest } = failure;
  const remedy = failure.remedy ?? usualRemedy(code);
  const error = new RatchetError(code, message, { data, ...defined({ guest, remedy }) });
  return { status: "failed", error, usage };
}

/** The name of a limit in metadata.json. A name that is not in the table of limits does not compile. */
const limit = (name: keyof typeof LIMIT_FIELDS) => `limits.${name}`;
/** A configuration key. One that does not exist does not compile. */
const key = (name: ConfigKey) => name;

function usualRemedy(code: ErrorCode): string | undefined {
  switch (code) {
    case "TIME_LIMIT":
      return `give it more time (${limit("time")} in metadata.json, --timeout of run-once, ${key("execution.max_execution_duration")} of a server) or find what takes so long`;
    case "MEMORY_LIMIT":
      return `give it more memory (${limit("memory")} in metadata.json, --memory of run-once) or hold less at a time`;
    case "STACK_LIMIT":
      return "look for recursion that does not end, or use a loop";
    case "OUTPUT_LIMIT":
      return `return less, or raise ${limit("output")} in metadata.json (and ${key("execution.max_output_size")} of a server)`;
    case "LOG_LIMIT":
      return `log less, or raise ${limit("logs")} in metadata.json`;
    case "FETCH_LIMIT":
      return `make fewer or smaller requests, or raise ${limit("fetches")}, ${limit("fetchResponse")} or ${limit("fetchTotal")} in metadata.json`;
    case "RUN_LIMIT":
      return "begin again with an empty journal: return context.continueAsNew(input)";
    case "INVALID_OUTPUT":
      return "return plain data: objects, arrays, strings, numbers, true, false and null";
    case "NEVER_SETTLED":
      return "make sure that every promise the task returns or awaits is resolved or rejected";
    default:
      return undefined;
  }
}
