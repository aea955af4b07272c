import type { GuestError } from "../../domain/guest-errors.ts";
import type { JsonObject } from "../../domain/json.ts";
import { defined } from "../../lib/defined.ts";
import { printable } from "./output.ts";

/** Maximum number of frames shown per error. */
const MAX_FRAMES = 5;
/** Maximum number of further errors shown: causes and collected errors. */
const MAX_SHOWN = 20;

/** Converts an error of a task to JSON. */
export function guestJson(guest: GuestError): JsonObject {
  const { name, message, classes, code, status, attempts, retryAfterMs, data, call, step, stack, cause, errors } =
    guest;
  return {
    name,
    message,
    ...defined({
      classes: classes === undefined ? undefined : [...classes],
      code,
      status,
      attempts,
      retryAfterMs,
      data,
      call: call && { ...call },
      step,
      stack,
      cause: cause === undefined ? undefined : guestJson(cause),
      errors: errors?.map(guestJson),
    }),
  };
}

/** Returns the details of a task's error for people: its frames, its cause, and the errors that it collects. */
export function guestLines(guest: GuestError): string[] {
  const room = { errors: MAX_SHOWN };
  // An expression names its place itself.
  const origin = guest.code === "EXPRESSION_FAILED" ? undefined : originText(guest);
  const lines = [
    ...(origin === undefined ? [] : [`    from: ${printable(origin)}`]),
    ...detailLines(guest, "    ", room),
  ];
  const left = countBehind(guest) - MAX_SHOWN;
  return left > 0 ? [...lines, `    ... and ${left} more errors behind it`] : lines;
}

/** Says where an error came from: the step of a workflow, and the task that was called. */
export function originText({ step, call }: Pick<GuestError, "step" | "call">): string | undefined {
  const version = call?.version === undefined ? "" : ` ${call.version}`;
  // Jobs have numbers on a server only.
  const job = call?.jobId !== undefined && /^\d+$/.test(call.jobId) ? `, job ${call.jobId}` : "";
  const task = call === undefined ? undefined : `task ${call.task}${version}${job}`;
  const parts = [step === undefined ? undefined : `step ${step}`, task].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
}

function detailLines(guest: GuestError, indent: string, room: { errors: number }): string[] {
  const lines = frames(guest.stack).map((frame) => indent + frame);
  const show = (label: string, inner: GuestError) => {
    if (room.errors === 0) return;
    room.errors -= 1;
    const text = printable(`${inner.name}: ${inner.message}`).replaceAll("\n", `\n${indent}  `);
    lines.push(`${indent}${label}: ${text}`, ...detailLines(inner, `${indent}  `, room));
  };
  if (guest.cause !== undefined) show("cause", guest.cause);
  for (const [i, error] of (guest.errors ?? []).entries()) show(`errors[${i}]`, error);
  return lines;
}

function countBehind({ cause, errors = [] }: GuestError): number {
  const inner = cause === undefined ? errors : [cause, ...errors];
  return inner.reduce((sum, error) => sum + 1 + countBehind(error), 0);
}

function frames(stack = ""): string[] {
  return stack
    .split("\n")
    .filter((line) => /^\s*at /.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => printable(line.trim()));
}
