import type { ApproveRequest, DurableError, DurableRequest, DurableResult } from "../domain/durable.ts";
import { approvalResult, completed } from "../execution/durable/results.ts";
import { timedOut } from "../execution/durable/time-out.ts";

/**
 * Returns how an operation ends by the passing of time alone.
 * @param now ms since the epoch
 * @param call the child of a call
 */
export function resultWhenDue(request: DurableRequest, now: number, call?: DurableError["call"]): DurableResult {
  switch (request.kind) {
    case "sleep":
    case "step":
    case "emit":
      return completed();
    case "approve":
      return approvalWhenDue(request, now);
    default:
      return timedOut(request, call);
  }
}

function approvalWhenDue(request: ApproveRequest, at: number): DurableResult {
  const { onTimeout } = request;
  if (onTimeout === "fail") return timedOut(request);
  return approvalResult({ approved: onTimeout === "approve", by: null, at, input: null });
}
