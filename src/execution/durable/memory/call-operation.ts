import type { CallRequest } from "../../../domain/durable.ts";
import { formatBound } from "../../../lib/duration.ts";
import { completed, failed, timedOut } from "../results.ts";
import { atTime } from "./at-time.ts";
import type { Child } from "./children.ts";
import type { OpenOperation, OperationContext, StartedChild } from "./run-surroundings.ts";

/** Begins a call. */
export function beginCall(request: CallRequest, context: OperationContext): OpenOperation {
  const { key, timeoutMs, detached = false, task } = request;
  const { clock, keys, settle, works } = context;
  let child: Child | undefined;
  let isOver = false;
  const cancel = () => {
    isOver = true;
    timer?.cancel();
    if (!detached) child?.cancel();
  };
  const timer =
    timeoutMs === undefined || detached
      ? undefined
      : atTime(clock, clock.now() + timeoutMs, () => {
          cancel();
          settle(timedOut(`the call of ${task}`, formatBound(timeoutMs)));
        });
  const known = key === undefined ? undefined : keys.get(key);
  const starting = known ?? start(request, context, () => isOver);
  if (key !== undefined) keys.set(key, starting);
  const running = starting.then(async (started) => {
    if ("result" in started) {
      timer?.cancel();
      return settle(started.result);
    }
    child = started.child;
    if (detached) return settle(completed(JSON.stringify(child.ids)));
    if (isOver) return child.cancel();
    const result = await child.ended;
    timer?.cancel();
    settle(result);
  });
  works(running);
  return { cancel };
}

async function start(
  { task, version, input, retry }: CallRequest,
  { children, task: caller, onCall }: OperationContext,
  isOver: () => boolean,
): Promise<StartedChild> {
  const found = await children.find(caller, task, version);
  if ("error" in found) return { result: failed(found.error) };
  const wrong = await found.callee.check(input);
  if (wrong !== undefined) return { result: failed(wrong) };
  if (isOver())
    return {
      result: failed({ name: "CancelledError", code: "CANCELLED", message: `the call of ${task} was cancelled` }),
    };
  onCall?.(found.callee.label);
  return { child: found.callee.start(input, retry) };
}
