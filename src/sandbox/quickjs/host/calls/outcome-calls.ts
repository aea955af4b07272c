import { LOG_LEVELS, type LogLevel } from "../../../../domain/execution.ts";
import { limitStop } from "../../../engine/stop.ts";
import { OPERATION } from "../../../host-operations.ts";
import { newString, readNumber, readString } from "../../machine/values.ts";
import { type Arguments, type HostCall, type HostCallContext, nothing, textOf } from "./call.ts";

/** Each line of output counts this many bytes more than it has: empty ones are work for the host as well. */
const LINE_COST = 16;
/** The longest description of a failure, bytes. The guest cuts each of its texts at 64 kB. */
const MAX_FAILURE = 4 * 1024 * 1024;
/** The longest name of a secret, bytes. */
const MAX_NAME = 100;
/** The longest trace, bytes. A trace has at most 64 frames, but their names may have any length. */
const MAX_TRACE = 256 * 1024;

/** How a task ends, and what it reports on the way. */
export const OUTCOME_CALLS: Readonly<Record<number, HostCall>> = {
  [OPERATION.settle]: settle,
  [OPERATION.log]: log,
  [OPERATION.progress]: (context, [value]) => received(context, context.port.progress(takeLine(context, value))),
  [OPERATION.secretRead]: secretRead,
  [OPERATION.taskFrames]: (context, [trace]) =>
    newString(context.machine, context.frames(textOf(context, trace, MAX_TRACE))),
};

function settle(context: HostCallContext, [succeeded, value]: Arguments): number {
  if (readNumber(context.machine, succeeded) === 1) context.complete(value);
  else context.fail(textOf(context, value, MAX_FAILURE));
  return nothing(context);
}

function secretRead(context: HostCallContext, [value]: Arguments): number {
  const name = textOf(context, value, MAX_NAME);
  if (Object.hasOwn(context.request.context.secrets, name)) context.port.secretRead(name);
  return nothing(context);
}

function log(context: HostCallContext, [number, value]: Arguments): number | Promise<number> {
  const level: LogLevel = LOG_LEVELS[readNumber(context.machine, number)] ?? "info";
  return received(context, context.port.log({ level, message: takeLine(context, value), time: Date.now() }));
}

/** Reads a text of the console or of a progress report, and counts it against the limit that they share. */
function takeLine(context: HostCallContext, value: number | undefined): string {
  const limit = context.request.limits.logBytes;
  const line = readString(context.machine, value, Math.max(limit - context.logBytes, 0));
  context.logBytes += (line?.bytes ?? 0) + LINE_COST;
  if (context.logBytes > limit) {
    throw limitStop({ code: "LOG_LIMIT", what: "the console output", limit, unit: "bytes" });
  }
  return line?.text ?? "";
}

/** A guest that writes faster than its lines are received waits. */
function received(context: HostCallContext, pending: void | Promise<void>): number | Promise<number> {
  return pending === undefined ? nothing(context) : context.suspend(pending).then(() => nothing(context));
}
