import type { DurableEvent } from "../../domain/durable.ts";
import type { DurableSession } from "../../sandbox/executor.ts";
import { failed } from "../durable/results.ts";

/** A session for a replay: a recording has no journal of durable operations, so nothing carries them out. */
export interface RefusingSession {
  session: DurableSession;
  /** Has the task asked for a durable operation? Items of a stream do not count; they are dropped. */
  wasAsked(): boolean;
}

/** @param runKey what keys of steps begin with */
export function refusingSession(runKey: string): RefusingSession {
  let send: (event: DurableEvent) => void = () => {};
  let isAsked = false;
  const error = { name: "Error", message: "a replay can't carry out durable operations" };
  return {
    session: {
      start: { runKey },
      attach(receiver) {
        send = receiver;
      },
      receive(message) {
        if (message.type === "write") return send({ type: "room", next: message.item + 1 });
        if (!("number" in message)) return;
        isAsked = true;
        send({ type: "settled", number: message.number, result: failed(error) });
      },
    },
    wasAsked: () => isAsked,
  };
}
