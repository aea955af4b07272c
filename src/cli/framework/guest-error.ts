import type { GuestError } from "../../domain/guest-errors.ts";
import type { JsonObject } from "../../domain/json.ts";
import { defined } from "../../lib/defined.ts";
import { printable } from "./output.ts";

/** Frames shown of each error. */
const MAX_FRAMES = 5;
/** Errors shown behind the one that was thrown. */
const MAX_SHOWN = 20;

/** An error of a task as JSON. */
export function guestJson(guest: GuestError): JsonObject {
  const { name, message, classes, code, status, retryAfterMs, stack, cause, errors } = guest;
  return {
    name,
    message,
    ...defined({
      classes: classes === undefined ? undefined : [...classes],
      code,
      status,
      retryAfterMs,
      stack,
      cause: cause === undefined ? undefined : guestJson(cause),
      errors: errors?.map(guestJson),
    }),
  };
}

/** What an error of a task says for people beside its name and message: its frames, its cause, what it collects. */
export function guestLines(guest: GuestError): string[] {
  const room = { errors: MAX_SHOWN };
  const lines = detailLines(guest, "    ", room);
  const left = countBehind(guest) - MAX_SHOWN;
  return left > 0 ? [...lines, `    ... and ${left} more errors behind it`] : lines;
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
