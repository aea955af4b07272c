import type {
  DurableEvent,
  DurableMessage,
  DurableRequest,
  DurableResult,
  DurableStart,
  RecordedOperation,
  SleepingGuest,
} from "../../../domain/durable.ts";
import { defined } from "../../../lib/defined.ts";
import { checkRequest } from "../check-request.ts";
import { cancelled, failed } from "../results.ts";
import { atTime } from "./at-time.ts";
import { beginOperation } from "./operations.ts";
import type { OpenOperation, RunSurroundings } from "./run-surroundings.ts";
import { newSession, type Session } from "./session-state.ts";

/** One run in memory: carries out what a guest asks for. */
export interface RunSession {
  /** Gets what tells the guest what happens. */
  attach(send: (event: DurableEvent) => void): void;
  /** Carries out what the guest asks for. What is wrong settles the operation. */
  receive(message: DurableMessage): void;
  /** What the guest asked `continueAsNew` for. */
  renewal(): string | undefined;
  /** Number of items of its stream. */
  items(): number;
  /** Has it a stream, with or without items? */
  hasStream(): boolean;
  /** Cancels the run gracefully. */
  cancel(): void;
  /** Nobody reads its stream any more. */
  unread(): void;
  /** The guest sleeps. */
  slept(guest: Pick<SleepingGuest, "open" | "room" | "row">): void;
  /** Is there anything that a sleeping guest should wake up for? */
  hasNews(): boolean;
  /** Resolves when there is. */
  news(): Promise<void>;
  /** Returns with what a guest wakes up. */
  wakes(): Pick<DurableStart, "recorded" | "items" | "taken" | "cancelled">;
  /** Resolves when all is done that needs no time: the operations that are still open wait for something. */
  quiet(): Promise<void>;
  /** Is all of that done? */
  isQuiet(): boolean;
  /** The run has ended: what is open is cancelled. */
  end(): void;
}

const NOTHING: OpenOperation = { cancel: () => {} };

/** Creates the session of a run. */
export function createRunSession(around: RunSurroundings): RunSession {
  const session = newSession(around);
  return {
    attach(send) {
      session.send = send;
      tellSettled(session, send);
      if (session.isCancelled) send({ type: "cancel" });
      if (session.isUnread) send({ type: "unread" });
      else if (session.taken > 0) send({ type: "room", next: session.taken });
      for (const number of session.again) runAgain(session, number);
    },
    receive(message) {
      if (!session.hasEnded) receive(session, message);
    },
    renewal: () => session.renewal,
    items: () => session.items,
    hasStream: () => session.hasStream || session.items > 0,
    cancel: () => cancel(session),
    unread: () => becomeUnread(session),
    slept: (guest) => fallAsleep(session, guest),
    hasNews: () => hasNews(session),
    async news() {
      while (!hasNews(session)) {
        await new Promise<void>((resolve) => {
          session.onNews = resolve;
        });
      }
    },
    wakes: () => wakeUp(session),
    async quiet() {
      while (session.work.size > 0) await Promise.all(session.work);
    },
    isQuiet: () => session.work.size === 0,
    end() {
      session.hasEnded = true;
      session.send = undefined;
      drop(session, session.open.keys());
    },
  };
}

/** Tells a guest what was settled after its start was made up. */
function tellSettled({ settled, known }: Session, send: (event: DurableEvent) => void): void {
  for (const { number, order = 0, result } of settled.values()) {
    if (order > known && result !== undefined) send({ type: "settled", number, result });
  }
}

function receive(session: Session, message: DurableMessage): void {
  switch (message.type) {
    case "open": {
      const { number, request } = message;
      const { around, keys, streams } = session;
      const context = {
        ...around,
        keys,
        streams,
        settle: (result: DurableResult) => settle(session, number, result),
        works: (promise: Promise<unknown>) => works(session, promise),
      };
      return begin(session, message, () => beginOperation(request, context));
    }
    case "record": {
      const { number, result } = message;
      session.open.get(number)?.cancel();
      return begin(session, message, () => {
        settle(session, number, result);
        return NOTHING;
      });
    }
    case "postpone":
      return postpone(session, message);
    case "withdraw":
      for (const number of message.numbers) {
        session.open.get(number)?.cancel();
        settle(session, number, cancelled("the operation"));
      }
      return;
    case "diverge":
      drop(
        session,
        [...session.open.keys()].filter((number) => number >= message.from),
      );
      for (const number of [...session.settled.keys()]) if (number >= message.from) session.settled.delete(number);
      return;
    case "stream":
      session.hasStream = true;
      return;
    case "write":
      return write(session, message.item, message.json);
    case "read":
      return session.rows.ask(message.from);
    case "close":
      return session.around.onCloseRows?.(message.rows);
    case "renew":
      session.renewal = message.input;
  }
}

function begin(
  session: Session,
  { number, request }: { number: number; request: DurableRequest },
  start: () => OpenOperation,
): void {
  const { open, size, around } = session;
  const wrong = size.add(number, request) ?? checkRequest(request, around.clock.now());
  open.set(number, { request, ...NOTHING });
  if (wrong !== undefined) return settle(session, number, failed(wrong));
  const { cancel } = start();
  // It may have been settled at once.
  if (open.has(number)) open.set(number, { request, cancel });
}

function settle(session: Session, number: number, result: DurableResult): void {
  const operation = session.open.get(number);
  if (operation === undefined || session.hasEnded) return;
  session.open.delete(number);
  session.size.addResult(result);
  session.settled.set(number, { number, request: operation.request, result, order: ++session.order });
  session.send?.({ type: "settled", number, result });
  session.onNews?.();
}

function postpone(
  session: Session,
  { number, request, delayMs, attempts }: Extract<DurableMessage, { type: "postpone" }>,
): void {
  const { clock } = session.around;
  const { cancel } = atTime(clock, clock.now() + delayMs, () => {
    session.again.add(number);
    runAgain(session, number);
  });
  session.open.set(number, { request, cancel, attempts });
}

/** Tells a guest that is awake. */
function runAgain({ send, again, open, onNews }: Session, number: number): void {
  if (send === undefined) return onNews?.();
  again.delete(number);
  if (open.delete(number)) send({ type: "again", number });
}

function works({ work }: Session, promise: Promise<unknown>): void {
  const done = promise.finally(() => work.delete(done)).catch(() => {});
  work.add(done);
}

function drop({ open }: Session, numbers: Iterable<number>): void {
  for (const number of [...numbers]) {
    const operation = open.get(number);
    open.delete(number);
    operation?.cancel();
  }
}

function write(session: Session, item: number, json: string): void {
  const received = (next: number) => {
    session.taken = Math.max(session.taken, next);
    session.send?.({ type: "room", next });
    session.onNews?.();
  };
  if (item < session.items) return received(session.taken);
  session.items = item + 1;
  session.around.onItem(json, item, received);
}

function cancel(session: Session): void {
  if (session.isCancelled || session.hasEnded) return;
  session.isCancelled = true;
  drop(session, session.open.keys());
  session.onNews?.();
  session.send?.({ type: "cancel" });
}

function becomeUnread(session: Session): void {
  session.isUnread = true;
  session.onNews?.();
  session.send?.({ type: "unread" });
}

function hasNews({ settled, again, isCancelled, isUnread, waitsForRoom, taken, rows }: Session): boolean {
  const hasRoom = waitsForRoom !== undefined && (isUnread || taken > waitsForRoom);
  return settled.size > 0 || again.size > 0 || isCancelled || hasRoom || rows.hasNews();
}

function fallAsleep(session: Session, { open: numbers, room, row }: Parameters<RunSession["slept"]>[0]): void {
  const { settled } = session;
  session.rows.slept(row);
  session.send = undefined;
  session.waitsForRoom = room;
  const waited = new Set(numbers);
  for (const number of [...settled.keys()]) if (!waited.has(number)) settled.delete(number);
}

function wakeUp(session: Session): ReturnType<RunSession["wakes"]> {
  const { open, settled, items, taken, isCancelled } = session;
  session.known = session.order;
  const still = [...open].map(
    ([number, { request, attempts }]): RecordedOperation => ({ number, request, ...defined({ attempts }) }),
  );
  const recorded = [...settled.values(), ...still].sort((a, b) => a.number - b.number);
  return { recorded, items, taken, cancelled: isCancelled };
}
