import type { DurableEvent, DurableMessage, DurableStart } from "../../domain/durable.ts";
import type { DurableSession } from "../../sandbox/executor.ts";

/** What carries out the messages of a run. */
interface Carrier {
  attach(send: (event: DurableEvent) => void): void;
  receive(message: DurableMessage): void;
}

/** A session whose host is loaded when it is needed. */
export interface LazySession<T extends Carrier> {
  session: DurableSession;
  /** The host's side; undefined if the run has not asked for anything. */
  opened(): Promise<T> | undefined;
}

/** Creates a session that costs nothing until the run asks for something. @param open called at most once @param start with what the run begins */
export function lazySession<T extends Carrier>(
  open: () => Promise<T>,
  start: Partial<DurableStart> = {},
): LazySession<T> {
  let send: (event: DurableEvent) => void = () => {};
  const early: DurableMessage[] = [];
  let opening: Promise<T> | undefined;
  let opened: T | undefined;
  return {
    session: {
      start: { runKey: crypto.randomUUID(), ...start },
      attach(receiver) {
        send = receiver;
      },
      receive(message) {
        if (opened !== undefined) return opened.receive(message);
        early.push(message);
        opening ??= open().then((carrier) => {
          opened = carrier;
          carrier.attach(send);
          for (const one of early) carrier.receive(one);
          return carrier;
        });
      },
    },
    opened: () => opening,
  };
}
