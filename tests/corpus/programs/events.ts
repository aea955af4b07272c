import { EventEmitter, once } from "events/";

export default async function () {
  const emitter = new EventEmitter();
  const seen: unknown[] = [];
  emitter.prependListener("x", (value: unknown) => seen.push(["first", value]));
  emitter.on("x", (value: unknown) => seen.push(["second", value]));
  setTimeout(() => emitter.emit("x", 42), 1);
  const [value] = await once(emitter, "x");
  let failure = "";
  try {
    emitter.emit("error", new Error("unheard"));
  } catch (error) {
    failure = (error as Error).message;
  }
  return { seen, value, failure, names: emitter.eventNames() };
}
