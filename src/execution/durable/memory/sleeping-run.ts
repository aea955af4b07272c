import type { DurableStart } from "../../../domain/durable.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { type ExecuteRequest, type ExecuteResult, executeRun, type RunResult } from "../../execute.ts";
import type { RunSession } from "./run-session.ts";

/** What happens around the sleeps of a run. */
export interface Sleeps {
  /** A guest whose wait is longer than this goes to sleep, ms. */
  sleepAfterMs: number;
  /** Executes the run from one sleep to the next. @default at once */
  awake?: (execute: () => Promise<RunResult>) => Promise<RunResult>;
  /** Waits until a sleeping guest should wake up. @returns false if nothing can wake it */
  news: () => Promise<boolean>;
  /** The input of the run is a stream of rows. @default false */
  rows?: boolean;
  /** How far the clock of the run is ahead, ms. @default 0 */
  aheadMs?: () => number;
}

/** Executes a run whose guest sleeps while it waits: then nothing of it is left but its image. */
export async function executeWithSleeps(
  request: ExecuteRequest,
  session: RunSession,
  { sleepAfterMs, awake = (execute) => execute(), news, rows = false, aheadMs = () => 0 }: Sleeps,
): Promise<ExecuteResult> {
  const first: DurableStart = { runKey: request.executionId ?? crypto.randomUUID(), sleepAfterMs, rows };
  let seed: string | undefined;
  let workedMs = 0;
  const receive: NonNullable<ExecuteRequest["durable"]>["receive"] = (message, ofRun) => {
    seed = ofRun;
    session.receive(message);
  };
  for (let start = first; ; ) {
    const durable = { start: { ...start, aheadMs: aheadMs() }, attach: session.attach, receive };
    const result = await awake(() => executeRun({ ...request, durable }));
    if (result.status !== "asleep") return result;
    const { image } = result.guest;
    workedMs += result.usage.durationMs;
    session.slept(result.guest);
    if (!(await news())) return stuck(result);
    start = { ...first, image, workedMs, ...(seed === undefined ? {} : { seed }), ...session.wakes() };
  }
}

function stuck({ usage, touched }: RunResult): ExecuteResult {
  const error = new RatchetError("NEVER_SETTLED", "the task waits for something that can't happen any more", {
    remedy: "Give it what it waits for: in a test by the mocks.",
  });
  return { status: "failed", error, usage, touched };
}
