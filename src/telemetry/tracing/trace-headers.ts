import type { TraceContext } from "../../domain/trace.ts";

/** The flags that this version of the format knows. Others are not passed on. */
const KNOWN_FLAGS = 0x03;

const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;

/**
 * Reads the header `traceparent` (W3C Trace Context, section 3.2), and with it `tracestate`.
 * @returns undefined if `traceparent` is missing or malformed: then `tracestate` counts for nothing either
 * @example
 * ```ts
 * readTraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", null)?.spanId; // => "00f067aa0ba902b7"
 * readTraceContext("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", null); // => undefined
 * ```
 */
export function readTraceContext(traceparent: string | null, tracestate: string | null): TraceContext | undefined {
  if (traceparent === null) return undefined;
  const [, version, traceId, spanId, flags, rest] = TRACEPARENT.exec(traceparent.trim()) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined || version === "ff") return undefined;
  // Later versions may have more members.
  if (version === "00" && rest !== undefined) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return {
    traceId,
    spanId,
    flags: Number.parseInt(flags, 16) & KNOWN_FLAGS,
    state: tracestate === null ? null : readTraceState(tracestate),
  };
}

/** Formats a header `traceparent` or `traceresponse`, version 00. */
export function traceHeader({ traceId, spanId, flags }: Omit<TraceContext, "state">): string {
  return `00-${traceId}-${spanId}-0${flags}`;
}

const STATE_KEY = /^(?:[a-z][a-z\d_\-*/]{0,255}|[a-z\d][a-z\d_\-*/]{0,240}@[a-z][a-z\d_\-*/]{0,13})$/;
const STATE_VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** The most members that a `tracestate` may have. */
const MAX_STATE_MEMBERS = 32;
/** What is kept of a `tracestate`, in characters. */
const MAX_STATE_LENGTH = 512;
/** Longer members are left out first when a `tracestate` is too long. */
const LONG_MEMBER = 128;

/**
 * Reads the header `tracestate` (W3C Trace Context, section 3.3).
 * @returns the members that are passed on, which are all of them up to 512 characters; null if it is malformed or empty
 */
export function readTraceState(header: string): string | null {
  const members: string[] = [];
  const keys = new Set<string>();
  for (const part of header.split(",")) {
    const member = part.replace(/^[ \t]+|[ \t]+$/g, "");
    // Empty members are allowed, and mean nothing.
    if (member === "") continue;
    const at = member.indexOf("=");
    const key = member.slice(0, at);
    if (at === -1 || !STATE_KEY.test(key) || !STATE_VALUE.test(member.slice(at + 1)) || keys.has(key)) return null;
    keys.add(key);
    members.push(member);
  }
  if (members.length > MAX_STATE_MEMBERS) return null;
  return shortened(members).join(",") || null;
}

/** Leaves out whole members until the rest fits: long ones first, then the oldest, which stand last. */
function shortened(members: readonly string[]): readonly string[] {
  const lengthOf = (list: readonly string[]) => list.join(",").length;
  if (lengthOf(members) <= MAX_STATE_LENGTH) return members;
  const kept = members.filter((member) => member.length <= LONG_MEMBER);
  while (lengthOf(kept) > MAX_STATE_LENGTH) kept.pop();
  return kept;
}
