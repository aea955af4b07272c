import type { CallRequest, DurableError, DurableRequest, MapRequest } from "../domain/durable.ts";
import { RatchetError } from "../domain/errors.ts";
import type { NewJob } from "../domain/job.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { callTooDeep, MAX_CALL_DEPTH } from "../execution/durable/call-depth.ts";
import { checkCallPermission } from "../execution/durable/call-permission.ts";
import { atItem, refusedCall } from "../execution/durable/refused-call.ts";
import { takesNoStream } from "../execution/durable/stream-failures.ts";
import { createBreather } from "../lib/breather.ts";
import { defined } from "../lib/defined.ts";
import type { ClaimedJob } from "../store/contract/jobs.ts";
import { childJob } from "./new-operation.ts";
import type { PrepareChild, RunHostOptions } from "./run-host-options.ts";

/** The jobs that a call or a map starts. */
export interface Children {
  jobs: NewJob[];
  /** Items of a map that are not started, because something is wrong with them, by their index. */
  refused: Record<string, DurableError>;
}

/** Where the input is in the request for a child. */
const INPUT_PLACE = "/input";

/** Who asks for children. */
export interface Caller {
  claimed: ClaimedJob;
  task: TaskDefinition;
  /** How many calls it is nested in. */
  depth: () => Promise<number>;
}

/** Does this operation start jobs? */
export function startsJobs(request: DurableRequest): request is CallRequest | MapRequest {
  return request.kind === "call" || request.kind === "map";
}

/** Does this call wait for a child that no other call has? */
export function isPlainCall(request: DurableRequest): boolean {
  if (request.kind !== "call" || request.key !== undefined || request.detached === true) return false;
  return request.readers === undefined && request.rows === undefined;
}

/**
 * Finds the task of a call or a map and checks all inputs.
 * @returns what the operation rejects with if nothing may start
 */
export async function openChildren(
  { childPreparation }: Pick<RunHostOptions, "childPreparation">,
  request: CallRequest | MapRequest,
  { claimed, task, depth }: Caller,
): Promise<Children | DurableError> {
  if ((await depth()) >= MAX_CALL_DEPTH) return callTooDeep(task.metadata.label, request.task);
  const inputs = request.kind === "call" ? [request.input] : request.inputs;
  const mayContinue = request.kind === "map" && request.onError === "continue";
  const children: Children = { jobs: [], refused: {} };
  const prepare = childPreparation(claimed.job);
  const breathe = createBreather();
  for (const [index, input] of inputs.entries()) {
    const child = await preparedOrRefused(prepare, request, input);
    if ("error" in child) {
      if (!mayContinue || child.code !== "INVALID_INPUT") {
        return request.kind === "map" && child.code === "INVALID_INPUT" ? atItem(child.error, index) : child.error;
      }
      children.refused[index] = child.error;
    } else {
      const denied = checkCallPermission(task.metadata, child.label);
      if (denied !== undefined) return denied;
      if (isStream(request) && !child.takesStream) return takesNoStream(child.label);
      children.jobs.push(childJob(child, request, claimed));
    }
    await breathe();
  }
  return children;
}

async function preparedOrRefused(prepare: PrepareChild, request: CallRequest | MapRequest, input: string) {
  const { task, version } = request;
  try {
    return await prepare({ task, version, input, isStream: isStream(request) });
  } catch (error) {
    if (!(error instanceof RatchetError) || error.code === "INTERNAL") throw error;
    const { code, message, data } = error;
    return { code, error: refusedCall({ code, message, data }, defined({ task, version }), INPUT_PLACE) };
  }
}

/** Is the input of a call the stream of another one? */
function isStream(request: CallRequest | MapRequest): boolean {
  return request.kind === "call" && request.rows !== undefined;
}
