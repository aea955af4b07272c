import type { ApproveRequest, DurableRequest, DurableResult } from "../domain/durable.ts";
import { approvalResult, completed, timedOut } from "../execution/durable/results.ts";
import { formatDuration } from "../lib/duration.ts";
import { nameOf } from "./new-operation.ts";

/** Returns how an operation ends by the passing of time alone. @param now ms since the epoch */
export function resultWhenDue(request: DurableRequest, now: number): DurableResult {
  if (request.kind === "sleep") return completed();
  const after = formatDuration(Math.ceil(("timeoutMs" in request ? request.timeoutMs : undefined) ?? 0));
  if (request.kind === "approve") return approvalWhenDue(request, now, after);
  return timedOut(WHAT[request.kind](nameOf(request)), after);
}

const WHAT = {
  call: (name: string) => `the call of ${name}`,
  map: (name: string) => `the calls of ${name}`,
  wait: (name: string) => `the wait for ${JSON.stringify(name)}`,
  step: (name: string) => `the step ${JSON.stringify(name)}`,
  emit: (name: string) => `the event ${JSON.stringify(name)}`,
} as const;

function approvalWhenDue({ title, onTimeout }: ApproveRequest, at: number, after: string): DurableResult {
  if (onTimeout === "fail") return timedOut(`the approval ${JSON.stringify(title)}`, after);
  return approvalResult({ approved: onTimeout === "approve", by: null, at, input: null });
}
