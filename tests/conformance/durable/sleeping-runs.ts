import type { DurableRequest, DurableStart, SleepingGuest } from "../../../src/domain/durable.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import { readText } from "../../../src/domain/shared-text.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { type Given, requestFor } from "../request.ts";
import { type Answer, type MemoryHost, MemorySession, resolved } from "./memory-session.ts";
import { programOf } from "./run-durably.ts";

/** Answers, with the kinds of the requests, what is open at a time: later than the guest goes to sleep, and in the order of the numbers. */
export const inTurns = {
  answer: ({ kind }: Pick<DurableRequest, "kind">) =>
    new Promise<Answer>((resolve) => setImmediate(() => resolve(resolved(kind)))),
};

/** How a run ended that may have slept. */
export interface SleptRun {
  /** Its output, or the code of its error. */
  output: JsonValue;
  message?: string;
  sleeps: SleepingGuest[];
  session: MemorySession;
}

/** What a run that sleeps is given. */
export interface SleepOptions {
  host?: MemoryHost;
  given?: Given;
  /** With what it goes on. @default its image */
  wake?: (guest: SleepingGuest, start: DurableStart) => Partial<DurableStart>;
  start?: Partial<DurableStart>;
}

/** Runs the body of an async function that goes to sleep at every wait, each time on the next executor, until it ends. */
export async function runAsleep(
  executors: readonly Executor[],
  body: string,
  { host = {}, given = {}, wake, start }: SleepOptions = {},
): Promise<SleptRun> {
  const sleeps: SleepingGuest[] = [];
  const carrying = { carriesOn: true, ...host };
  let session = new MemorySession({ runKey: "run", sleepAfterMs: 0, ...start }, carrying);
  for (let turn = 0; ; turn++) {
    const executor = executors[turn % executors.length] as Executor;
    const outcome = await executor.execute({ ...requestFor(programOf(body), given), durable: session });
    if (outcome.status !== "asleep") {
      const output =
        outcome.status === "failed" ? outcome.error.code : (JSON.parse(readText(outcome.outputJson)) as JsonValue);
      return { output, sleeps, session, ...(outcome.status === "failed" && { message: outcome.error.message }) };
    }
    const { guest } = outcome;
    sleeps.push(guest);
    await session.untilSettled(guest.open);
    const next = session.again({ sleepAfterMs: 0, image: guest.image });
    session = new MemorySession({ ...next, ...wake?.(guest, next) }, carrying);
  }
}
