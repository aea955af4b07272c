import type { ErrorCode } from "../../../src/domain/errors.ts";
import type { HttpSend } from "../../../src/domain/http.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import type { ExecutionLimits } from "../../../src/domain/limits.ts";

/** A program that means no good, and what has to become of it. */
export interface HostileProgram {
  code: string;
  /** The typed outcome; a list where the engine's own bounds may come first. */
  ends?: ErrorCode | readonly ErrorCode[];
  /** It ends well, with this: what it tried did nothing. */
  output?: JsonValue;
  limits?: Partial<ExecutionLimits>;
  http?: HttpSend;
  /** Part of the failure's message. */
  message?: RegExp;
}

/** Programs of one kind, by the mechanism they use. */
export interface HostileClass {
  title: string;
  programs: Readonly<Record<string, HostileProgram>>;
}

/** Programs by name that all have to end alike. */
export function allEnd(
  ends: ErrorCode | readonly ErrorCode[],
  programs: Readonly<Record<string, string>>,
  more: Omit<HostileProgram, "code" | "ends" | "output"> = {},
): Record<string, HostileProgram> {
  return Object.fromEntries(Object.entries(programs).map(([name, code]) => [name, { code, ends, ...more }]));
}
