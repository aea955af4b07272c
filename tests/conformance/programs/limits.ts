import { HttpFailure } from "../../../src/domain/http.ts";
import type { ProgramGroup } from "../program.ts";
import { jsonResponse } from "../request.ts";

const MB = 1024 * 1024;

/** Each limit has an outcome of its own, and just below it the program succeeds. */
export const limits: ProgramGroup = {
  title: "limits",
  programs: [
    {
      name: "time",
      code: "() => { for (;;); }",
      limits: { timeMs: 60 },
      fails: "TIME_LIMIT",
      data: { limit: 60, unit: "ms" },
    },
    {
      name: "time, while waiting",
      code: "() => new Promise((r) => setTimeout(r, 60_000))",
      limits: { timeMs: 60 },
      fails: "TIME_LIMIT",
    },
    {
      name: "memory",
      code: "() => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }",
      limits: { memoryBytes: 8 * MB },
      fails: "MEMORY_LIMIT",
      data: { limit: 8 * MB, unit: "bytes" },
    },
    {
      name: "memory within",
      code: "() => new Uint8Array(5_000_000).length",
      limits: { memoryBytes: 8 * MB },
      output: 5_000_000,
    },
    {
      name: "less memory than the engine itself needs",
      code: "() => 1",
      limits: { memoryBytes: 65_536 },
      fails: "MEMORY_LIMIT",
    },
    {
      name: "memory, for the input",
      code: "(input) => input.length",
      input: "x".repeat(9 * MB),
      limits: { memoryBytes: 8 * MB },
      fails: "MEMORY_LIMIT",
    },
    { name: "stack", code: "() => { const deeper = () => deeper() + 1; return deeper(); }", fails: "STACK_LIMIT" },
    {
      name: "a caught stack overflow",
      code: "() => { const deeper = () => deeper() + 1; try { return deeper(); } catch { return 'caught'; } }",
      output: "caught",
    },
    {
      name: "stack within",
      code: "() => { const deeper = (n) => (n === 0 ? 0 : deeper(n - 1) + 1); return deeper(500); }",
      output: 500,
    },
    {
      name: "output",
      code: "() => 'x'.repeat(1000)",
      limits: { outputBytes: 1001 },
      fails: "OUTPUT_LIMIT",
      data: { limit: 1001, unit: "bytes", value: 1002 },
    },
    { name: "output within", code: "() => 'x'.repeat(1000)", limits: { outputBytes: 1002 }, output: "x".repeat(1000) },
    {
      name: "output counts bytes",
      code: "() => 'ü'.repeat(1000)",
      limits: { outputBytes: 2001 },
      fails: "OUTPUT_LIMIT",
    },
    {
      name: "output of an async task",
      code: "async () => 'x'.repeat(1000)",
      limits: { outputBytes: 1001 },
      fails: "OUTPUT_LIMIT",
    },
    {
      name: "log",
      code: "() => { for (;;) console.log('line'); }",
      limits: { logBytes: 1000 },
      fails: "LOG_LIMIT",
      data: { limit: 1000, unit: "bytes" },
    },
    {
      name: "log, one line",
      code: "() => console.log('x'.repeat(1001))",
      limits: { logBytes: 1000 },
      fails: "LOG_LIMIT",
      logs: [],
    },
    {
      name: "log, nothing but empty lines",
      code: "() => { for (;;) console.log(''); }",
      limits: { logBytes: 1000 },
      fails: "LOG_LIMIT",
    },
    {
      name: "log within",
      code: "() => { for (let i = 0; i < 10; i++) console.log('x'.repeat(80)); }",
      limits: { logBytes: 1000 },
      output: null,
    },
    {
      name: "progress counts as log",
      code: "(input, { progress }) => { for (;;) progress('line'); }",
      limits: { logBytes: 1000 },
      fails: "LOG_LIMIT",
    },
    {
      name: "number of fetches",
      code: "() => { for (;;) fetch('http://service.test/'); }",
      limits: { fetchCount: 3 },
      fails: "FETCH_LIMIT",
      sends: [{}, {}, {}],
      data: { limit: 3 },
    },
    {
      name: "number of fetches within",
      code: "() => [1, 2, 3].map(() => fetch('http://service.test/').status)",
      limits: { fetchCount: 3 },
      output: [200, 200, 200],
    },
    {
      name: "no fetches at all",
      code: "() => fetch('http://service.test/')",
      limits: { fetchCount: 0 },
      fails: "FETCH_LIMIT",
      sends: [],
    },
    {
      name: "size of a response",
      code: "async () => { try { await fetch('http://service.test/'); } catch { return 'caught'; } }",
      http: async (request) => {
        throw new HttpFailure("too-large", `larger than ${request.maxResponseBytes}`);
      },
      limits: { fetchResponseBytes: 1000 },
      fails: "FETCH_LIMIT",
      data: { limit: 1000 },
    },
    {
      name: "size of a response, in synchronous style",
      code: "() => { try { return fetch('http://service.test/').status; } catch { return 'caught'; } }",
      http: async () => {
        throw new HttpFailure("too-large", "too large");
      },
      fails: "FETCH_LIMIT",
    },
    {
      name: "sum of bodies sent",
      code: "() => { for (let i = 0; i < 5; i++) fetch('http://service.test/', {}, 'x'.repeat(300)); return 1; }",
      http: async () => jsonResponse(null),
      limits: { fetchTotalBytes: 1000 },
      fails: "FETCH_LIMIT",
      sends: [{}, {}, {}],
    },
    {
      name: "sum of bodies received",
      code: "async () => { for (let i = 0; i < 5; i++) await fetch('http://service.test/'); return 1; }",
      http: async () => jsonResponse("x".repeat(300)),
      limits: { fetchTotalBytes: 1000 },
      fails: "FETCH_LIMIT",
      sends: [{}, {}, {}, {}],
    },
    {
      name: "a body larger than all of them may be",
      code: "() => fetch('http://service.test/', {}, new Uint8Array(2000)).status",
      limits: { fetchTotalBytes: 1000 },
      fails: "FETCH_LIMIT",
      sends: [],
    },
    {
      name: "limits can't be caught",
      code: "() => { for (;;) { try { for (;;) console.log('x'); } catch {} finally { console.log('y'); } } }",
      limits: { logBytes: 200 },
      fails: "LOG_LIMIT",
    },
    {
      name: "a URL of any length is accepted or refused at once",
      code: "() => { try { new URL('http://a.test/' + 'ü'.repeat(5_000_000)); } catch (error) { return error.name; } }",
      output: "TypeError",
    },
  ],
};
