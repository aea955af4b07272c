import type { JsonValue } from "../../../src/domain/json.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { outputOf } from "../../conformance/request.ts";

/**
 * Describes the whole world a guest finds: every object reachable from the global one with the names, kinds and values of
 * its members, as one checksum; and whether the usual means work.
 */
const PROBE = `async (input) => {
  const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Object;
  const { ownKeys } = Reflect;
  const notes = [];
  const note = (text) => { notes.push(text); };
  const seen = new Set();
  const line = [globalThis];
  while (line.length > 0) {
    const object = line.pop();
    if (seen.has(object) || object === input) continue;
    seen.add(object);
    note(isExtensible(object) ? "open" : "closed");
    const parent = getPrototypeOf(object);
    if (parent !== null) line.push(parent);
    for (const key of ownKeys(object)) {
      const { value, get, set, writable, enumerable, configurable } = getOwnPropertyDescriptor(object, key);
      note(String(key) + typeof value + typeof get + typeof set + writable + enumerable + configurable);
      if (typeof value === "string" || typeof value === "number") note(String(value));
      for (const next of [value, get, set]) if ((typeof next === "object" && next !== null) || typeof next === "function") line.push(next);
    }
  }
  const random = Math.random();
  await null;
  await new Promise((resolve) => setTimeout(resolve, 1));
  const status = fetch("http://service.test/probe").status;
  const world = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(notes.join("|"))))));
  return { world, objects: seen.size, members: notes.length, status, sorted: [3, 1, 2].sort(), text: "a-b".split("-").join("+"), echo: input, random: random > 0 && random < 1 };
}`;

/** What the probe says on a machine that nobody has used. */
export async function probe(executor: Executor): Promise<JsonValue> {
  return outputOf(executor, PROBE, { input: { a: [1, { b: null }] }, limits: { timeMs: 20_000 } });
}
