import { allEnd, type HostileClass } from "./program.ts";

/** Prototypes, constructors and globals bent; getters and proxies where values are expected. */
export const tampering: HostileClass = {
  title: "tampering",
  programs: {
    "constructor of the constructor": {
      code: "() => { const G = (() => {}).constructor('return this')(); return [G === globalThis, typeof G.process, typeof G.Bun, typeof G.require]; }",
      output: [true, "undefined", "undefined", "undefined"],
    },
    "constructor of what the host gave": {
      code: `(input, context) => [input, context, context.progress, fetch, console.log, setTimeout, crypto.subtle.digest, URL, new Headers()]
        .map((v) => v.constructor.constructor("return typeof process + typeof globalThis.Bun")())`,
      output: Array(9).fill("undefinedundefined"),
    },
    "async, generator and async generator constructors": {
      code: `async () => [await (async () => {}).constructor("return typeof process")(), (function* () {}).constructor("yield typeof process")().next().value,
        (await (async function* () {}).constructor("yield typeof process")().next()).value]`,
      output: ["undefined", "undefined", "undefined"],
    },
    "prototype pollution by __proto__": {
      code: '(input) => { input.__proto__.polluted = 1; JSON.parse(\'{"__proto__":{"b":1}}\'); return [({}).polluted, ({}).b ?? null]; }',
      output: [1, null],
    },
    "polluted options": {
      code: "() => { Object.prototype.method = 'DELETE'; Object.prototype.body = 'evil'; Object.prototype.headers = { evil: '1' }; Object.prototype.redirect = 'manual'; return fetch('http://service.test/', Object.create(null)).body.method; }",
      output: "GET",
    },
    "JSON replaced": {
      code: "() => { JSON.parse = () => 'x'; JSON.stringify = () => '\"evil\"'; return { mine: 1 }; }",
      output: { mine: 1 },
    },
    "toJSON on Object.prototype": {
      code: "() => { Object.prototype.toJSON = () => 'mine'; return { a: 1 }; }",
      output: "mine",
    },
    "Promise.prototype.then replaced": {
      code: "async () => { Promise.prototype.then = () => { throw 1; }; await null; return 'fine'; }",
      output: "fine",
    },
    "Promise replaced": {
      code: "async () => { globalThis.Promise = class { constructor() { throw 1; } }; await null; return 'fine'; }",
      output: "fine",
    },
    "Promise.resolve and constructor replaced": {
      code: "() => { Promise.resolve = () => { throw 1; }; Promise.prototype.constructor = function () { throw 2; }; return (async () => 'fine')(); }",
      output: "fine",
    },
    "species of promises": {
      code: "async () => { let made = 0; class P extends Promise { static get [Symbol.species]() { made += 1; return function (f) { f(() => {}, () => {}); }; } } await P.resolve(1).then(() => 2); return made; }",
      output: 1,
    },
    "species of arrays": {
      code: "() => { class A extends Array { static get [Symbol.species]() { return function () { return new Proxy({}, {}); }; } } return A.from([1, 2]).map((n) => n); }",
      output: { 0: 1, 1: 2 },
    },
    "Array.prototype gutted": {
      code: "() => { for (const name of Object.getOwnPropertyNames(Array.prototype)) if (name !== 'length') delete Array.prototype[name]; return [fetch('http://service.test/').status, typeof [].map]; }",
      output: [200, "undefined"],
    },
    "iterator of arrays replaced": {
      code: "() => { Array.prototype[Symbol.iterator] = function* () { yield 'evil'; }; console.log('a', 1); return [...[1]]; }",
      output: ["evil"],
    },
    "String.prototype gutted": {
      code: "() => { for (const name of Object.getOwnPropertyNames(String.prototype)) if (name !== 'length') delete String.prototype[name]; console.log('x'); return 1; }",
      ends: "TASK_FAILED",
    },
    "setters on Object.prototype": {
      code: "() => { for (const name of ['index', 'label', 'settled', 'method', 'url', 'phase', 'error', 'resolve', 'text']) Object.defineProperty(Object.prototype, name, { set() { throw new Error('trap ' + name); }, configurable: true }); return fetch('http://service.test/').status; }",
      output: 200,
    },
    "getters on Object.prototype that loop": {
      code: "() => { Object.defineProperty(Object.prototype, 'cause', { get() { for (;;); } }); throw new Error('x'); }",
      ends: "TIME_LIMIT",
    },
    "Function.prototype.call and apply replaced": {
      code: "() => { Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => 'evil'; return fetch('http://service.test/').body.method; }",
      output: "GET",
    },
    "frozen globals": {
      code: "() => { for (const name of Object.getOwnPropertyNames(globalThis)) { try { Object.freeze(globalThis[name]?.prototype); Object.freeze(globalThis[name]); } catch {} } Object.freeze(globalThis); return fetch('http://service.test/').status; }",
      output: 200,
    },
    "deleted globals": {
      code: "() => { const world = globalThis; for (const name of Object.getOwnPropertyNames(world)) delete world[name]; return [1]; }",
      output: [1],
    },
    "globalThis redefined": {
      code: "() => { Object.defineProperty(globalThis, 'globalThis', { value: { process: 'evil' } }); return typeof process; }",
      output: "undefined",
    },
    "main redefined while it runs": {
      code: "function main() { globalThis.main = () => 'evil'; module.exports = () => 'evil'; return 'main'; }",
      output: "main",
    },
    "Error.prepareStackTrace": {
      code: "() => { Error.prepareStackTrace = (error, sites) => sites.map((site) => [site.getThis?.(), typeof site.getFunction?.()]).flat(); const s = new Error('x').stack; delete Error.prepareStackTrace; return s.every((part) => part === undefined || part === 'undefined' || part === 'function'); }",
      output: true,
    },
    "Error.prepareStackTrace that throws": {
      code: "() => { Error.prepareStackTrace = () => { throw new Error('again'); }; null.x; }",
      ends: "TASK_FAILED",
    },
    "Error.prepareStackTrace that loops": {
      code: "() => { Error.prepareStackTrace = () => { for (;;); }; null.x; }",
      ends: "TIME_LIMIT",
    },
    "Error.prepareStackTrace that fetches": {
      code: "() => { Error.prepareStackTrace = () => fetch('http://service.test/').status; try { null.x; } catch (error) { return String(error.stack); } }",
      output: "200",
    },
    "Error.stackTraceLimit with a getter": {
      code: "() => { Object.defineProperty(Error, 'stackTraceLimit', { get() { throw 1; } }); try { null.x; } catch (error) { return typeof error; } }",
      output: "object",
    },
    "a stack that names nothing of the host": {
      code: "() => { try { new URL('::'); } catch (error) { return /\\/|\\.ts|wasm/.test(error.stack); } }",
      output: false,
    },
    "Symbol.hasInstance of guest classes": {
      code: "() => { for (const C of [Headers, URLSearchParams, AbortSignal, ArrayBuffer, Uint8Array, Error]) Object.defineProperty(C, Symbol.hasInstance, { value: () => true, configurable: true }); try { fetch('http://service.test/', { headers: 1, signal: {}, body: {} }).ok; } catch (error) { return typeof error.message; } }",
      output: "string",
    },
    "toString tags and conversions that lie": {
      code: "() => { const liar = { toString: () => 'http://service.test/', valueOf() { throw 1; }, [Symbol.toStringTag]: 'Promise' }; return fetch(liar, { method: { toString: () => 'post' }, headers: { [Symbol.iterator]: function* () { yield ['a', { toString: () => 'b' }]; } } }).body.headers.a; }",
      output: "b",
    },
    "a result that is a proxy": {
      code: "() => new Proxy({ a: 1 }, { ownKeys: () => ['a', 'b'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 7 }), get: (t, k) => (k === 'toJSON' || k === 'then' ? undefined : 7) })",
      output: { a: 7, b: 7 },
    },
    "a result that is a proxy of an array without end": {
      code: "() => new Proxy([], { get: (t, k) => (k === 'length' ? 2 ** 53 - 1 : k === 'then' || k === 'toJSON' ? undefined : 1) })",
      ends: ["TIME_LIMIT", "MEMORY_LIMIT"],
    },
    "a result whose getter changes the world": {
      code: "() => ({ get a() { Object.prototype.toJSON = () => 1; delete this.b; return 1; }, b: 2 })",
      output: { a: 1 },
    },
    "a thenable that settles twice": {
      code: "() => ({ then(resolve, reject) { resolve(1); reject(new Error('no')); resolve(2); } })",
      output: 1,
    },
    "a thenable that calls back late": {
      code: "() => ({ then(resolve) { setTimeout(() => resolve('late'), 1); } })",
      output: "late",
    },
    "an error that is a proxy": {
      code: "() => { throw new Proxy(new Error('x'), { get(t, k) { if (k === 'message') throw 1; return t[k]; } }); }",
      ends: "TASK_FAILED",
    },
    "an error whose name never ends": {
      code: "() => { throw { get name() { return this.name; } }; }",
      ends: ["TASK_FAILED", "STACK_LIMIT"],
    },
    "an error whose cause is a new one at each reading": {
      code: "() => { const make = () => ({ name: 'E', message: 'm', get cause() { return make(); } }); throw make(); }",
      ends: "TASK_FAILED",
    },
    "an error with a status that is no number": {
      code: "() => { throw Object.assign(new Error('x'), { status: { valueOf: () => 500 }, retryAfterMs: -1 }); }",
      ends: "TASK_FAILED",
    },
    "context bent": {
      code: "(input, context) => { Object.defineProperty(context, 'signal', { get() { throw 1; } }); context.progress = () => { throw 2; }; return 'fine'; }",
      output: "fine",
    },
    "arguments.callee and caller": {
      code: "function main() { try { return typeof arguments.callee.caller; } catch (error) { return error.name; } }",
      output: "undefined",
    },
    ...allEnd("TASK_FAILED", {
      "eval of a syntax error": "() => eval('{')",
      "a revoked proxy as a function": "() => { const r = Proxy.revocable(() => 1, {}); r.revoke(); r.proxy(); }",
      "a class called as a function": "(class Task { main() {} })",
    }),
  },
};
