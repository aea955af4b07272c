import type { DurableError, MapRequest } from "../../../domain/durable.ts";
import { atItem } from "../refused-call.ts";
import { completed, failed } from "../results.ts";
import { timedOut } from "../time-out.ts";
import { atTime } from "./at-time.ts";
import type { Callee, Child } from "./children.ts";
import type { OpenOperation, OperationContext } from "./run-surroundings.ts";

/** Begins a map. */
export function beginMap(request: MapRequest, context: OperationContext): OpenOperation {
  const { timeoutMs } = request;
  const { clock, settle, works } = context;
  const running = new Set<Child>();
  let isOver = false;
  const cancel = () => {
    isOver = true;
    timer?.cancel();
    for (const child of running) child.cancel();
  };
  const timer =
    timeoutMs === undefined
      ? undefined
      : atTime(clock, clock.now() + timeoutMs, () => {
          cancel();
          settle(timedOut(request));
        });
  const run = { running, isOver: () => isOver };
  const mapping = outputs(request, context, run).then((outcome) => {
    if (isOver) return;
    cancel();
    settle(typeof outcome === "string" ? completed(outcome) : failed(outcome));
  });
  works(mapping);
  return { cancel };
}

/** The children of a map. */
interface Running {
  running: Set<Child>;
  isOver: () => boolean;
}

/** @returns the JSON of all outputs, or the error of the first child that failed */
async function outputs(
  request: MapRequest,
  { children, task: caller, onCall }: OperationContext,
  { running, isOver }: Running,
): Promise<string | DurableError> {
  const { task, version, inputs, concurrency, onError, retry } = request;
  const found = await children.find(caller, task, version);
  if ("error" in found) return found.error;
  const { callee } = found;
  const refused = await refusals(callee, inputs);
  const [first] = refused;
  if (first !== undefined && onError === "fail") return atItem(first[1], first[0]);
  onCall?.(callee.label);
  const results = new Array<string>(inputs.length);
  let next = 0;
  let failure: DurableError | undefined;
  const work = async () => {
    for (let index = next++; index < inputs.length && !isOver() && failure === undefined; index = next++) {
      const error = refused.get(index);
      if (error !== undefined) {
        results[index] = inPlace(error);
        continue;
      }
      const child = callee.start(inputs[index] ?? "null", retry);
      running.add(child);
      const result = await child.ended;
      running.delete(child);
      if (result.ok) results[index] = result.json ?? "null";
      else if (onError === "continue") results[index] = inPlace(result.error);
      else failure ??= result.error;
      // The other workers are waiting for their children, which the caller cancels now.
      if (failure !== undefined) return;
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, inputs.length) }, work);
  await new Promise<void>((resolve) => {
    void Promise.all(workers).then(() => resolve());
    for (const worker of workers) void worker.then(() => failure !== undefined && resolve());
  });
  return failure ?? `[${results.join(",")}]`;
}

async function refusals(callee: Callee, inputs: readonly string[]): Promise<Map<number, DurableError>> {
  const refused = new Map<number, DurableError>();
  for (const [index, input] of inputs.entries()) {
    const error = await callee.check(input);
    if (error !== undefined) refused.set(index, error);
  }
  return refused;
}

/** What stands in the place of an item that failed. */
function inPlace({ name, message, code }: DurableError): string {
  return JSON.stringify({ error: { name, message, code } });
}
