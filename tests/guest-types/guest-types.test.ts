/** The declarations that `ratchet schema guest-types` prints say what a task really has: nothing is missing or invented. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { temporaryFolder } from "../support/ratchet.ts";
import { type DeclaredShapes, declaredShapes } from "./declared-shapes.ts";
import { realShapes, type Shape, type Shapes } from "./real-shapes.ts";

/** Globals that TypeScript declares with the language, and that a task lacks. The declarations and the docs name them. */
const LACKING_GLOBALS = ["Atomics"];
const RESPONSE_MEMBERS = [
  ...["statusCode", "statusMessage", "httpVersion", "httpVersionMajor", "httpVersionMinor", "headers", "complete"],
  ...["headersDistinct", "rawHeaders", "trailers", "rawTrailers", "url", "socket", "aborted"],
];
/** Members that TypeScript declares with the language, and that a task lacks; and those that only some objects have. */
const LACKING_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Symbol: ["metadata"],
  "Function.prototype": ["Symbol.metadata"],
  // Annex B's legacy of RegExp, which keeps the last match.
  RegExp: [
    ...["$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "input", "$_", "lastMatch", "$&", "lastParen", "$+"],
    ...["leftContext", "$`", "rightContext", "$'"],
  ],
  // The protocol of iterators, which TypeScript declares for their common prototype.
  "Iterator.prototype": ["next", "return", "throw"],
  "AggregateError.prototype": ["errors"],
  // Each response has them; the prototype does not.
  "http.IncomingMessage.prototype": RESPONSE_MEMBERS,
  "https.IncomingMessage.prototype": RESPONSE_MEMBERS,
  // Depends on the job.
  context: ["scheduledAt"],
};
/** Methods of the streams' implementation that take fewer arguments than they need. */
const OTHER_LENGTHS = ["ReadableStreamDefaultController.prototype.enqueue"];
/** Constants that Node.js repeats outside of \`constants\`. */
const IS_CONSTANT = /^(?:[A-Z][A-Z\d]*_\w+|[A-Z\d]{4,})$/;

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let declared: DeclaredShapes;
let real: Shapes;
beforeAll(async () => {
  declared = await declaredShapes(folder.path);
  real = await realShapes(Object.keys(declared.globals).filter((name) => /^\w+$/.test(name) && name !== "undefined"));
});

/** What one side has and the other lacks, as `Thing.member`. */
function missing(name: string, own: Shape | undefined, other: Shape | undefined): string[] {
  if (own === undefined || other === undefined) return [];
  const found = Object.keys(own.members).filter((key) => !(key in other.members));
  const instance = Object.keys(own.instance ?? {}).filter((key) => !(key in (other.instance ?? {})));
  return [...found.map((key) => `${name}.${key}`), ...instance.map((key) => `${name}.prototype.${key}`)];
}

function invented(name: string, declaredShape: Shape, realShape: Shape | undefined): string[] {
  if (realShape === undefined) return [];
  const lacks = (owner: string, members: object | undefined, all: readonly string[] = []) =>
    Object.keys(members ?? {})
      .filter((key) => !all.includes(key) && !(LACKING_MEMBERS[owner] ?? []).includes(key))
      // An error has a cause if it was given one. Of the streams that can be written to, only Writable has writableAborted.
      .filter((key) => key !== "cause" && key !== "writableAborted")
      // What a class of the task's own may define.
      .filter((key) => !key.startsWith("_"))
      .map((key) => `${owner}.${key}`);
  return [
    ...lacks(name, declaredShape.members, realShape.all),
    ...(realShape.instance === undefined
      ? []
      : lacks(`${name}.prototype`, declaredShape.instance, realShape.instanceAll)),
  ];
}

describe("globals", () => {
  test("are all declared, and no others", () => {
    const names = (shapes: Shapes) => Object.keys(shapes.globals).filter((name) => !name.includes("."));
    expect(names(real).filter((name) => !(name in declared.globals) && name !== "undefined")).toEqual([]);
    expect(names(declared).filter((name) => !(name in real.globals))).toEqual(LACKING_GLOBALS);
  });

  test("have all members that are declared", () => {
    expect(
      Object.entries(declared.globals).flatMap(([name, shape]) => invented(name, shape, real.globals[name])),
    ).toEqual([]);
  });

  test("have no members that are not declared, but for the language's", () => {
    const platform = Object.keys(real.globals).filter((name) => !declared.language.has(name.replace(/\..*/, "")));
    expect(platform).toContain("Response");
    expect(platform).not.toContain("Map");
    expect(platform.flatMap((name) => missing(name, real.globals[name], declared.globals[name]))).toEqual([]);
  });

  test("need as many arguments as their methods say", () => {
    const found: string[] = [];
    for (const [name, { instance }] of Object.entries(declared.globals)) {
      if (declared.language.has(name.replace(/\..*/, "")) || name === "Buffer") continue;
      for (const [key, length] of Object.entries(instance ?? {})) {
        const actual = real.globals[name]?.instance?.[key];
        if (typeof actual === "number" && length !== null && actual !== length) found.push(`${name}.prototype.${key}`);
      }
    }
    expect(found).toEqual(OTHER_LENGTHS);
  });
});

test("modules of Node.js have what is declared, and what they have is declared unless it throws", () => {
  const entries = Object.entries(declared.modules);
  expect(entries.flatMap(([name, shape]) => invented(name, shape, real.modules[name]))).toEqual([]);
  const lost = Object.entries(real.modules).flatMap(([name, shape]) => missing(name, shape, declared.modules[name]));
  expect(lost.filter((name) => !name.startsWith("constants.") && !IS_CONSTANT.test(name.replace(/.*\./, "")))).toEqual(
    [],
  );
});

test("the context and the result of fetch have what is declared", () => {
  for (const part of ["context", "fetchCall"] as const) {
    expect(missing(part, real[part], declared[part])).toEqual([]);
    expect(invented(part, declared[part], real[part])).toEqual([]);
  }
});
