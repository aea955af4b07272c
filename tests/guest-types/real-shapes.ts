import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { NODE_MODULES } from "../../src/task/node/module-table.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

/** What something has: names of members, and for each function the number of arguments that it needs. */
export interface Shape {
  /** Members of the thing itself. The value is a function's `length`, and null for anything else. */
  members: Record<string, number | null>;
  /** Names of everything that can be read from it, what it inherits included. Of what really exists only. */
  all?: readonly string[];
  /** Members of its instances, if it is a class. */
  instance?: Record<string, number | null>;
  instanceAll?: readonly string[];
}

/** What exists when a task runs. */
export interface Shapes {
  globals: Record<string, Shape>;
  /** Modules of Node.js by name, without what throws because a task can't have it. */
  modules: Record<string, Shape>;
  context: Shape;
  fetchCall: Shape;
}

/** Modules of Node.js of which something can be used. */
export const USABLE_MODULES = Object.keys(NODE_MODULES).filter((name) => NODE_MODULES[name]?.source !== undefined);

/**
 * Walks what a task really has, in the sandbox.
 * @param declared names of globals that may exist only if a program mentions them
 */
export async function realShapes(declared: readonly string[]): Promise<Shapes> {
  using folder = temporaryFolder();
  const imports = USABLE_MODULES.map((name, index) => `import * as module${index} from "node:${name}";`);
  const modules = USABLE_MODULES.map((name, index) => `${JSON.stringify(name)}: module${index}`);
  const mentioned = declared.map((name) => `if (typeof ${name} !== "undefined") found.${name} = ${name};`);
  writeFileSync(
    join(folder.path, "walk.js"),
    `${imports.join("\n")}
const modules = { ${modules.join(", ")} };
function mentionedGlobals() { const found = {}; ${mentioned.join("\n")} return found; }
${WALK}`,
  );
  const run = await ratchet(["run", join(folder.path, "walk.js")]);
  if (run.exitCode !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Shapes;
}

/** The program: plain JavaScript, because it has to look at everything. */
const WALK = String.raw`
const NOT_INTERESTING = ["constructor", "Symbol.toStringTag", "__proto__", "arguments", "caller", "Symbol.hasInstance"];
const ABSENT = /absentError\(/;
const nameOf = (key) => typeof key === "symbol" ? (key.description ?? "") : key;
const prototypesOf = (object) => {
  const chain = [];
  for (let at = object; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) chain.push(at);
  return chain;
};

function add(members, object, isPrototype = false) {
  for (const key of Reflect.ownKeys(object)) {
    const name = nameOf(key);
    if (NOT_INTERESTING.includes(name) || name.startsWith("_") || /^\d+$/.test(name) || name in members) continue;
    if (typeof key === "symbol" && !name.startsWith("Symbol.")) continue;
    // A getter of a prototype has no object to read from.
    const value = isPrototype ? Object.getOwnPropertyDescriptor(object, key).value : object[key];
    if (typeof value === "function" && ABSENT.test(Function.prototype.toString.call(value))) continue;
    members[name] = typeof value === "function" ? value.length : null;
  }
}

const SAMPLES = [[], ["x"], ["x", { promise: Promise.resolve() }]];
function sampleOf(type) {
  if (type === CryptoKey) return cryptoKey;
  for (const values of SAMPLES) try { return new type(...values); } catch {}
  return undefined;
}

function instanceShape(type) {
  const members = {};
  for (const at of prototypesOf(type.prototype)) if (at !== Object.prototype) add(members, at, true);
  const sample = type === Promise || type === Proxy || type === WebSocketType ? undefined : sampleOf(type);
  if (typeof sample === "object") add(members, sample);
  return members;
}
const WebSocketType = typeof WebSocket === "undefined" ? undefined : WebSocket;

function shapeOf(value) {
  const members = {};
  const all = prototypesOf(Object(value)).flatMap((at) => Reflect.ownKeys(at).map(nameOf));
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return { members, all };
  add(members, value);
  if (typeof value !== "function") {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype) add(members, prototype, true);
    return { members, all };
  }
  for (const name of ["length", "name", "prototype"]) delete members[name];
  const { prototype } = value;
  const isClass = typeof prototype === "object" && prototype !== null && Object.hasOwn(prototype, "constructor") &&
    (Reflect.ownKeys(prototype).length > 1 || ![null, Object.prototype].includes(Object.getPrototypeOf(prototype)));
  if (!isClass) return { members, all };
  const instanceAll = [...prototypesOf(prototype), sampleOf(value) ?? {}].flatMap((at) => Reflect.ownKeys(at).map(nameOf));
  return { members, all, instance: instanceShape(value), instanceAll };
}

let cryptoKey;
export default async (_, context) => {
  cryptoKey = await crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]);
  const globals = {};
  const found = mentionedGlobals();
  for (const name of Object.getOwnPropertyNames(globalThis)) found[name] = globalThis[name];
  for (const [name, value] of Object.entries(found)) {
    globals[name] = ["globalThis", "self", "global"].includes(name) ? { members: {}, all: [] } : shapeOf(value);
    if (name !== "Intl" && name !== "Temporal") continue;
    for (const inner of Object.getOwnPropertyNames(value)) globals[name + "." + inner] = shapeOf(value[inner]);
  }
  globals["crypto.subtle"] = shapeOf(crypto.subtle);
  const shapes = {};
  for (const [name, module] of Object.entries(modules)) {
    shapes[name] = shapeOf(module);
    for (const key of ["default", "prototype", ...Object.getOwnPropertyNames(Function.prototype)]) delete shapes[name].members[key];
    for (const key of Object.keys(shapes[name].members)) {
      const inner = typeof module[key] === "function" ? shapeOf(module[key]) : undefined;
      if (inner?.instance !== undefined) shapes[name + "." + key] = inner;
    }
  }
  const call = fetch("http://not a url");
  call.catch(() => undefined);
  const members = {};
  for (const at of prototypesOf(Object.getPrototypeOf(call))) if (at !== Object.prototype) add(members, at, true);
  return { globals, modules: shapes, context: shapeOf(context), fetchCall: { members, all: Object.keys(members) } };
};
`;
