import EventEmitter, { errorMonitor, getEventListeners, on, once } from "node:events";
import { inherits } from "node:util";

function Old(this: EventEmitter) {
  EventEmitter.call(this);
}
inherits(Old, EventEmitter);

class Mine extends EventEmitter {
  count = 0;
}

export default async function () {
  const log: unknown[] = [];
  const emitter = new Mine();
  emitter.on("x", (...values) => log.push(values));
  emitter.prependOnceListener("x", () => log.push("first"));
  emitter.on(errorMonitor, (error: Error) => log.push(`monitor ${error.message}`));
  emitter.on("error", (error: Error) => log.push(`error ${error.message}`));
  emitter.emit("x", 1, 2);
  emitter.emit("x");
  emitter.emit("error", new Error("e"));
  setTimeout(() => emitter.emit("later", 1, 2), 1);
  const later = await once(emitter, "later");
  setTimeout(() => emitter.emit("error", new Error("rejected")), 1);
  const rejected = await once(emitter, "never").catch((error: Error) => error.message);
  const abort = new AbortController();
  const aborted = once(emitter, "never", { signal: abort.signal }).catch((error: Error) => error.name);
  abort.abort();
  const seen: unknown[] = [];
  setTimeout(() => [1, 2, 3].forEach((n) => void emitter.emit("n", n)), 1);
  for await (const [value] of on(emitter, "n")) {
    seen.push(value);
    if (value === 3) break;
  }
  const target = new EventTarget();
  setTimeout(() => target.dispatchEvent(new Event("ping")), 1);
  const [event] = await once(target, "ping");
  const old = new (Old as unknown as typeof EventEmitter)();
  old.on("y", () => log.push("old"));
  old.emit("y");
  let unheard = "";
  try {
    new EventEmitter().emit("error", new Error("unheard"));
  } catch (error) {
    unheard = (error as Error).message;
  }
  return {
    log,
    later,
    rejected,
    aborted: await aborted,
    seen,
    event: (event as Event).type,
    unheard,
    count: [
      emitter.listenerCount("x"),
      getEventListeners(emitter, "x").length,
      emitter.eventNames().map(String),
      old instanceof EventEmitter,
    ],
    statics: [
      EventEmitter.defaultMaxListeners,
      EventEmitter.EventEmitter === EventEmitter,
      emitter.setMaxListeners(3).getMaxListeners(),
    ],
    off: [emitter.removeAllListeners("x").listenerCount("x"), emitter.rawListeners("x").length],
  };
}
