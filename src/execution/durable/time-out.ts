import type {
  ApproveRequest,
  CallRequest,
  DurableError,
  DurableResult,
  MapRequest,
  WaitRequest,
} from "../../domain/durable.ts";
import { defined } from "../../lib/defined.ts";
import { formatBound } from "../../lib/duration.ts";
import { failed } from "./results.ts";
import { signalNamed } from "./signal-schema.ts";

/** What may have a `timeout`. The function of a step has one as well, but its guest sees to that. */
export type TimedRequest = ApproveRequest | CallRequest | MapRequest | WaitRequest;

/**
 * The result of an operation that took longer than its `timeout`. Every host says the same.
 * @param call the child of a call
 */
export function timedOut(request: TimedRequest, call?: DurableError["call"]): DurableResult {
  const after = formatBound(Math.ceil(request.timeoutMs ?? 0));
  const message = `${whatOf(request)} took longer than its timeout of ${after}`;
  return failed(defined({ name: "TimeoutError", message, call }));
}

function whatOf(request: TimedRequest): string {
  switch (request.kind) {
    case "call":
      return `the call of ${request.task}`;
    case "map":
      return `the map over ${request.task}`;
    case "wait":
      return `waiting for ${signalNamed(request.name)}`;
    case "approve":
      return `the approval ${JSON.stringify(request.title)}`;
  }
}
