import type { RatchetError } from "../../../src/domain/errors.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import { readText } from "../../../src/domain/shared-text.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { type Given, run } from "../request.ts";
import { MemorySession } from "./memory-session.ts";

/** Runs the body of an async function of `input` and `context` with a session. @throws its error */
export async function outputIn(
  executor: Executor,
  body: string,
  session: MemorySession = new MemorySession(),
  given: Given = {},
): Promise<JsonValue> {
  const outcome = await run(executor, programOf(body), { ...given, durable: session });
  if (outcome.status === "failed") throw outcome.error;
  return JSON.parse(readText(outcome.outputJson)) as JsonValue;
}

/** The error of a run that must fail. */
export async function errorIn(
  executor: Executor,
  body: string,
  session: MemorySession = new MemorySession(),
  given: Given = {},
): Promise<RatchetError> {
  const outcome = await run(executor, programOf(body), { ...given, durable: session });
  if (outcome.status === "completed") throw new Error(`completed with ${readText(outcome.outputJson).slice(0, 200)}`);
  return outcome.error;
}

/** A program whose function has this body. */
export const programOf = (body: string): string => `async (input, context) => { ${body} }`;
