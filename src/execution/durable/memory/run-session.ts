import type {
  DurableEvent,
  DurableMessage,
  DurableRequest,
  DurableResult,
  DurableStart,
  RecordedOperation,
} from "../../../domain/durable.ts";
import { checkRequest } from "../check-request.ts";
import { cancelled, failed } from "../results.ts";
import { createRunSize } from "../run-size.ts";
import { atTime } from "./at-time.ts";
import { beginOperation } from "./operations.ts";
import type { KeyedChildren, OpenOperation, RunSurroundings } from "./run-surroundings.ts";

/** One run in memory: carries out what a guest asks for. */
export interface RunSession {
  /** Gets what tells the guest what happens. */
  attach(send: (event: DurableEvent) => void): void;
  /** @throws nothing: what is wrong settles the operation */
  receive(message: DurableMessage): void;
  /** What the guest asked `continueAsNew` for. */
  renewal(): string | undefined;
  /** Number of items of its stream. */
  items(): number;
  /** Cancels the run gracefully. */
  cancel(): void;
  /** The guest sleeps. @returns with what it wakes up @param open the numbers that it waits for */
  slept(open: readonly number[]): Pick<DurableStart, "recorded" | "items" | "cancelled">;
  /** The run has ended: what is open is cancelled. */
  end(): void;
}

/** Creates the session of a run. */
export function createRunSession(around: RunSurroundings): RunSession {
  const open = new Map<number, OpenOperation & { request: DurableRequest }>();
  /** What a guest may have fallen asleep without having received. */
  const settled = new Map<number, RecordedOperation>();
  const size = createRunSize(around.warn);
  let order = 0;
  let send: ((event: DurableEvent) => void) | undefined;
  let renewal: string | undefined;
  let items = 0;
  let isCancelled = false;
  let hasEnded = false;

  function settle(number: number, result: DurableResult): void {
    const operation = open.get(number);
    if (operation === undefined || hasEnded) return;
    open.delete(number);
    size.addResult(result);
    settled.set(number, { number, request: operation.request, result, order: ++order });
    send?.({ type: "settled", number, result });
  }

  function drop(numbers: Iterable<number>): void {
    for (const number of [...numbers]) {
      const operation = open.get(number);
      open.delete(number);
      operation?.cancel();
    }
  }

  function begin(number: number, request: DurableRequest, start: () => OpenOperation): void {
    const wrong = size.add(number, request) ?? checkRequest(request, around.clock.now());
    open.set(number, { request, cancel: () => {} });
    if (wrong !== undefined) return settle(number, failed(wrong));
    const operation = start();
    // It may have been settled at once.
    if (open.has(number)) open.set(number, { request, cancel: operation.cancel });
  }

  const keys: KeyedChildren = new Map();
  function receive(message: DurableMessage): void {
    switch (message.type) {
      case "open": {
        const { number, request } = message;
        const settleThis = (result: DurableResult) => settle(number, result);
        return begin(number, request, () => beginOperation(request, { ...around, keys, settle: settleThis }));
      }
      case "record": {
        const { number, request, result } = message;
        open.get(number)?.cancel();
        return begin(number, request, () => {
          settle(number, result);
          return { cancel: () => {} };
        });
      }
      case "postpone": {
        const { number, request, delayMs } = message;
        const timer = atTime(around.clock, around.clock.now() + delayMs, () => {
          if (open.delete(number)) send?.({ type: "again", number });
        });
        open.set(number, { request, cancel: timer.cancel });
        return;
      }
      case "withdraw":
        for (const number of message.numbers) {
          open.get(number)?.cancel();
          settle(number, cancelled("the operation"));
        }
        return;
      case "diverge":
        drop([...open.keys()].filter((number) => number >= message.from));
        for (const number of [...settled.keys()]) if (number >= message.from) settled.delete(number);
        return;
      case "write":
        return write(message.item, message.json);
      case "renew":
        renewal = message.input;
    }
  }

  function write(item: number, json: string): void {
    if (item < items) {
      send?.({ type: "room", next: items });
      return;
    }
    items = item + 1;
    const room = () => send?.({ type: "room", next: item + 1 });
    const full = around.onItem(json, item);
    if (full === undefined) room();
    else full.then(room, () => {});
  }

  return {
    attach(receiver) {
      send = receiver;
      if (isCancelled) send({ type: "cancel" });
    },
    receive: (message) => {
      if (!hasEnded) receive(message);
    },
    renewal: () => renewal,
    items: () => items,
    cancel() {
      if (isCancelled || hasEnded) return;
      isCancelled = true;
      drop(open.keys());
      send?.({ type: "cancel" });
    },
    slept(numbers) {
      send = undefined;
      for (const number of [...settled.keys()]) if (!numbers.includes(number)) settled.delete(number);
      const still = [...open].map(([number, { request }]): RecordedOperation => ({ number, request }));
      const recorded = [...settled.values(), ...still].sort((a, b) => a.number - b.number);
      return { recorded, items, cancelled: isCancelled };
    },
    end() {
      hasEnded = true;
      send = undefined;
      drop(open.keys());
    },
  };
}
