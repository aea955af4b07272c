import type { CallRequest } from "../../../domain/durable.ts";
import { defined } from "../../../lib/defined.ts";
import { cancelled, completed, failed } from "../results.ts";
import { streamUnavailable } from "../stream-failures.ts";
import { timedOut } from "../time-out.ts";
import { atTime } from "./at-time.ts";
import type { Child, ChildStreams } from "./children.ts";
import type { OpenOperation, OperationContext, StartedChild } from "./run-surroundings.ts";
import { createStepStream } from "./step-stream.ts";

/** Begins a call. */
export function beginCall(request: CallRequest, context: OperationContext): OpenOperation {
  const { key, timeoutMs, detached = false, task, version } = request;
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
          settle(timedOut(request, child?.call() ?? defined({ task, version })));
        });
  const known = key === undefined ? undefined : keys.get(key);
  const streams = streamsOf(request, context);
  const starting = known ?? start(request, { context, streams, isOver: () => isOver });
  if (key !== undefined) keys.set(key, starting);
  const running = starting.then(async (started) => {
    if ("result" in started) {
      timer?.cancel();
      streams.written?.end(started.result);
      return settle(started.result);
    }
    child = started.child;
    if (detached) return settle(completed(JSON.stringify(child.ids)));
    if (isOver) child.cancel();
    const result = await child.ended;
    timer?.cancel();
    streams.written?.end(result);
    settle(result);
  });
  works(running);
  return { cancel };
}

/** Finds the streams of a call. One that others read is there for the calls that follow. */
function streamsOf({ label = "", readers, rows }: CallRequest, { streams }: OperationContext): ChildStreams {
  const written = readers === undefined ? undefined : createStepStream(label, readers);
  if (written !== undefined) streams.set(label, written);
  // It has to be among the readers before what writes begins, or ends.
  return { written, rows: rows === undefined ? undefined : streams.get(rows)?.open() };
}

/** How a call begins. */
interface Start {
  context: OperationContext;
  streams: ChildStreams;
  /** It is no longer wanted. */
  isOver: () => boolean;
}

async function start(request: CallRequest, begun: Start): Promise<StartedChild> {
  const { rows } = begun.streams;
  const started = await startChild(request, begun);
  if ("result" in started) rows?.close();
  else void started.child.ended.then(() => rows?.close());
  return started;
}

async function startChild(
  { task, version, input, retry, rows }: CallRequest,
  { context, streams, isOver }: Start,
): Promise<StartedChild> {
  const { children, task: caller, onCall } = context;
  if (rows !== undefined && streams.rows === undefined) {
    return { result: failed(streamUnavailable(rows, "the run has not called it")) };
  }
  const found = await children.find(caller, task, version);
  if ("error" in found) return { result: failed(found.error) };
  const wrong = await (rows === undefined ? found.callee.check(input) : found.callee.checkRows());
  if (wrong !== undefined) return { result: failed(wrong) };
  if (isOver()) return { result: cancelled(`the call of ${task}`) };
  onCall?.(found.callee.label);
  return { child: found.callee.start(input, retry, streams) };
}
