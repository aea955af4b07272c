import EventEmitter from "eventemitter3";

export default function () {
  const emitter = new EventEmitter();
  const seen: unknown[] = [];
  emitter.on("a", (value) => seen.push(value));
  emitter.once("a", (value) => seen.push(`once ${value}`));
  emitter.emit("a", 1);
  emitter.emit("a", 2);
  return { seen, count: emitter.listenerCount("a"), names: emitter.eventNames(), none: emitter.emit("b") };
}
