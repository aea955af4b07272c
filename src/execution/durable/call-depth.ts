import type { DurableError } from "../../domain/durable.ts";

/** How deeply calls may be nested. In memory, each level holds a machine; a recursion without end would fill any store. */
export const MAX_CALL_DEPTH = 32;

/** The error of a call within too many calls. */
export function callTooDeep(caller: string, task: string): DurableError {
  const message = `calls are nested more than ${MAX_CALL_DEPTH} deep: ${caller} calls ${task}`;
  return { name: "RangeError", code: "CALL_DEPTH", message };
}
