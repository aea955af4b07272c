import { expect } from "bun:test";
import type { ConformanceProgram, ProgramGroup } from "../program.ts";

const logs = (name: string, code: string, ...lines: (string | [string, string])[]): ConformanceProgram => ({
  name,
  code: `() => { ${code} }`,
  output: null,
  logs: lines.map((line) => (typeof line === "string" ? ["info", line] : line)),
});

/** What the console makes of its arguments. */
export const consoleOutput: ProgramGroup = {
  title: "console",
  programs: [
    logs(
      "levels",
      "console.debug(1); console.trace; console.log(2); console.info(3); console.warn(4); console.error(5); console.assert(false, 6); console.assert(true, 7);",
      ["debug", "1"],
      "2",
      "3",
      ["warn", "4"],
      ["error", "5"],
      ["error", "Assertion failed 6"],
    ),
    logs(
      "values",
      "console.log('a', 1, -0, NaN, null, undefined, true, 10n, Symbol('s'))",
      "a 1 -0 NaN null undefined true 10n Symbol(s)",
    ),
    logs("nothing", "console.log()", ""),
    logs(
      "labels are texts, whatever they were",
      "console.count({ toString: () => 'x' }); console.count('x'); console.countReset({ toString: () => 'x' }); console.count('x'); console.count(null); console.count(undefined)",
      "x: 1",
      "x: 2",
      "x: 1",
      "null: 1",
      "default: 1",
    ),
    logs(
      "clear ends groups, and dirxml shows all its arguments",
      "console.group('a'); console.log('b'); console.clear(); console.log('c'); console.dirxml(1, [2])",
      "a",
      "  b",
      "c",
      "1 [2]",
    ),
    {
      name: "console is a namespace: its label is checked, and nothing is on its prototype",
      code: `() => { let error; try { console.time(Symbol()); } catch (thrown) { error = thrown.name; }
        const prototype = Object.getPrototypeOf(console);
        return [error, String(console), Reflect.ownKeys(prototype), Object.getPrototypeOf(prototype) === Object.prototype, console.assert.length, console.dir.length, console.time()]; }`,
      output: ["TypeError", "[object console]", [], true, 0, 0, null],
    },
    logs(
      "objects",
      "console.log({ a: 1, 'b c': ['x', [2]] }, [], {}, [undefined])",
      '{ a: 1, "b c": ["x", [2]] } [] {} [undefined]',
    ),
    logs(
      "format",
      "console.log('%s is %d, %i, %f, %o and %% %c%j', 'x', 4.5, 4.5, '1.5', [1], 'css', 2, 'more')",
      "x is 4.5, 4, 1.5, [1] and % 2 more",
    ),
    logs("format without values", "console.log('100%', 'a'); console.log('%s')", "100% a", "%s"),
    logs(
      "functions and classes",
      "console.log(function named() {}, () => {}, class Thing {})",
      "[Function: named] [Function: (anonymous)] [class: Thing]",
    ),
    logs(
      "class instances",
      "class Point { x = 1; } console.log(new Point(), Object.create(null))",
      "Point { x: 1 } {}",
    ),
    logs(
      "collections",
      "console.log(new Map([['a', { b: 1 }]]), new Set([1, 'x']), new Map())",
      'Map(1) { "a" => { b: 1 } } Set(2) { 1, "x" } Map(0) {}',
    ),
    logs(
      "dates and expressions",
      "console.log(new Date(0), new Date(NaN), /a+/gi)",
      "1970-01-01T00:00:00.000Z Invalid Date /a+/gi",
    ),
    logs(
      "bytes",
      "console.log(new Uint8Array([1, 2]), new ArrayBuffer(3))",
      "Uint8Array [1, 2] ArrayBuffer { byteLength: 3 }",
    ),
    logs("circles", "const a = {}; a.self = a; console.log(a)", "{ self: [Circular] }"),
    logs("depth", "console.log({ a: { b: { c: { d: { e: 1 } } } } })", "{ a: { b: { c: { d: [Object] } } } }"),
    logs("long lists", "console.log(Array.from({ length: 103 }, () => 0))", `[${"0, ".repeat(100)}... 3 more]`),
    logs(
      "long byte arrays without copying them",
      "console.log(new Uint8Array(30_000_000))",
      `Uint8Array [ ${"0, ".repeat(100)}... 29999900 more ]`.replace("[ ", "[").replace(" ]", "]"),
    ),
    logs(
      "groups",
      "console.group('g'); console.log('a\\nb'); console.group(); console.log('c'); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log('d')",
      "g",
      "  a\n  b",
      "    c",
      "d",
    ),
    logs(
      "counts",
      "console.count(); console.count('x'); console.count(); console.countReset(); console.count()",
      "default: 1",
      "x: 1",
      "default: 2",
      "default: 1",
    ),
    logs("table and dir", "console.table([{ a: 1 }]); console.dir('x')", "[{ a: 1 }]", '"x"'),
    logs("a lone surrogate", "console.log('a\\ud800b')", "a\ufffdb"),
    logs("getters that throw", "console.log({ get a() { throw new Error('no'); }, b: 1 })", "{ a: [it throws], b: 1 }"),
    logs(
      "objects that lie about what they are",
      "console.log(Object.create(Date.prototype), Object.create(Map.prototype), Object.create(Error.prototype).constructor === Error)",
      "Date {} Map {} true",
    ),
    logs(
      "proxies that refuse",
      "console.log(new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; }, getPrototypeOf() { throw 3; } }), 'next')",
      "[it throws] next",
    ),
    logs("a revoked proxy", "const r = Proxy.revocable({}, {}); r.revoke(); console.log(r.proxy)", "[it throws]"),
    logs(
      "values that can't be converted",
      "console.log('%d %i %f %s', Symbol('a'), {}, 1n, Symbol('b'))",
      "NaN NaN 1 Symbol(b)",
    ),
    {
      name: "errors with their stack and cause",
      code: "function main() { console.log(new TypeError('t', { cause: new Error('c') })); }",
      output: null,
      logs: [
        [
          "info",
          expect.stringMatching(/^TypeError: t\n {4}at main \(main\.js:1:\d+\)\n {2}cause: Error: c\n {6}at main/),
        ],
      ],
    },
    {
      name: "the errors of an AggregateError",
      code: "function main() { console.log(new AggregateError([new RangeError('a'), 'b'], 'all')); }",
      output: null,
      logs: [
        [
          "info",
          expect.stringMatching(
            /^AggregateError: all\n {4}at main .*\n {2}errors\[0\]: RangeError: a\n {6}at main .*\n {2}errors\[1\]: "b"$/,
          ),
        ],
      ],
    },
    {
      name: "an error's message only once, whatever its stack is",
      code: "() => { const e = new Error('m'); console.log(e); e.stack = 'at nowhere'; console.log(e); e.stack = 'Error: m'; console.log(e); }",
      output: null,
      logs: [
        ["info", expect.stringMatching(/^Error: m\n {4}at [^\n]*$/)],
        ["info", "Error: m\nat nowhere"],
        ["info", "Error: m"],
      ],
    },
    {
      name: "time",
      code: "() => { console.time('t'); console.timeLog('t', 1); console.timeEnd('t'); }",
      output: null,
      logs: [
        ["info", expect.stringMatching(/^t: \d+ ms 1$/)],
        ["info", expect.stringMatching(/^t: \d+ ms$/)],
      ],
    },
    {
      name: "methods work on their own",
      code: "() => { const { log } = console; [1, 2].forEach((n) => log(n)); return Object.prototype.toString.call(console); }",
      output: "[object console]",
      logs: [
        ["info", "1"],
        ["info", "2"],
      ],
    },
  ],
};
