import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { HttpRequest } from "../../src/domain/http.ts";
import { OPERATION } from "../../src/sandbox/host-operations.ts";
import { loadEngineAssets } from "../../src/sandbox/quickjs/assets.ts";
import type { MachineImage } from "../../src/sandbox/quickjs/machine/image.ts";
import { Machine } from "../../src/sandbox/quickjs/machine/machine.ts";
import { keepText } from "../../src/sandbox/quickjs/machine/values.ts";
import { echo } from "../conformance/request.ts";
import { runOn } from "./engine-run.ts";

const { module, image: base } = await loadEngineAssets();

/** An image in which a guest has got hold of the one host function itself, as `raw`. */
function imageWithRawHost(): MachineImage {
  const machine = new Machine(module);
  machine.reset(base, 256 * 1024);
  const { exports } = machine;
  const name = keepText(machine, "raw");
  exports.qjs_set_prop_string(
    exports.qjs_get_global(),
    name.pointer,
    exports.qjs_new_host_function(name.pointer, name.length, 0),
  );
  return machine.takeImage(base);
}

const image = imageWithRawHost();

/** Expressions for values that the guest API never passes. */
const VALUES = [
  "undefined",
  "null",
  "true",
  "NaN",
  "-1",
  "0",
  "1",
  "2",
  "3",
  "1.5",
  "1e308",
  "-Infinity",
  "2 ** 53",
  "10n",
  "Symbol('s')",
  "''",
  "'x'",
  "'{'",
  "'null'",
  "'[]'",
  "'{}'",
  "'utf-8'",
  "'http://service.test/'",
  "'\\ud800'",
  "'x'.repeat(300_000)",
  "{}",
  "[]",
  "() => 1",
  "{ valueOf() { for (;;); } }",
  "{ valueOf() { throw 1; }, toString() { throw 2; } }",
  "new Proxy({}, { get() { throw 3; } })",
  "new Proxy(() => 1, {})",
  "new Uint8Array(4)",
  "new Float64Array(2)",
  "new ArrayBuffer(4)",
  "new DataView(new ArrayBuffer(4))",
  "(() => { const a = new Uint8Array(4); a.buffer.transfer(); return a; })()",
  "(() => { const b = new ArrayBuffer(64, { maxByteLength: 64 }); const a = new Uint8Array(b, 32); b.resize(8); return a; })()",
  "new Uint8Array(new SharedArrayBuffer(4))",
  "class extends Uint8Array {}",
  "globalThis",
  "raw",
  "new Error('e')",
  "Promise.resolve(1)",
  "/a/g",
  "new Map([[1, 2]])",
  JSON.stringify('{"method":"GET","url":"http://service.test/","headers":[],"redirect":"follow"}'),
  JSON.stringify('{"method":"GET","url":"http://service.test/","headers":[["a"]]}'),
  JSON.stringify('{"method":5,"url":{},"headers":"x"}'),
  JSON.stringify('{"method":"digest","values":["SHA-256",{"$bytes":0}]}'),
  JSON.stringify('{"method":"digest","values":["SHA-256",{"$bytes":99},{"$key":-1}]}'),
  JSON.stringify('{"method":"constructor","values":[]}'),
  JSON.stringify('{"method":"__proto__","values":{}}'),
  JSON.stringify(
    '{"method":"generateKey","values":[{"name":"HMAC","hash":"SHA-1","length":"999999999"},true,["sign"]]}',
  ),
  JSON.stringify('{"phase":"run","error":{"name":[],"message":{},"stack":1,"status":"x","cause":{"cause":null}}}'),
];

const HEAD = JSON.stringify('{"method":"GET","url":"http://service.test/","headers":[["a","b"]],"redirect":"follow"}');
const value = fc.constantFrom(...VALUES);
const operation = fc.constantFrom(...Object.values(OPERATION).map(String), "0", "18", "99", "-1", "'2'", "{}");
const call = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(operation, fc.array(value, { maxLength: 5 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant(String(OPERATION.fetch)), fc.tuple(value, fc.constant(HEAD), value)) },
);

describe("a guest that gets hold of the host function", () => {
  test("can call it with any arguments without causing a fault of the host or damaging the machine", async () => {
    const machine = new Machine(module);
    const sent: HttpRequest[] = [];
    const fetch = (request: HttpRequest, signal: AbortSignal) => {
      sent.push(request);
      return echo(request, signal);
    };
    let current = machine;
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), async (calls) => {
        const lines = calls.map(
          ([operation, values]) =>
            `try { seen.push(typeof raw(${[operation, ...values].join(", ")})); } catch (error) { seen.push("threw"); }`,
        );
        const code = `async () => { const seen = []; ${lines.join("\n")} await new Promise((resolve) => setTimeout(resolve, 1)); return seen.length; }`;
        const result = await runOn(current, image, code, {
          given: { limits: { timeMs: 2_000, logBytes: 400_000 } },
          port: { fetch },
        });
        expect(result.failure?.code ?? "completed").not.toBe("INTERNAL");
        if (result.broken) current = new Machine(module);
        const next = await runOn(current, base, "(input) => [input, [3, 1].sort(), typeof raw]", {
          given: { input: 7 },
        });
        expect(next.outputJson).toBe('[7,[1,3],"undefined"]');
      }),
      { numRuns: 400 },
    );
    for (const { method, url, headers } of sent) {
      expect([typeof method, URL.canParse(url), headers.flat().every((part) => typeof part === "string")]).toEqual([
        "string",
        true,
        true,
      ]);
    }
    expect(sent.length).toBeGreaterThan(0);
  }, 120_000);

  test("can settle only its own task", async () => {
    const machine = new Machine(module);
    const settled = await runOn(machine, image, `() => { raw(${OPERATION.settle}, 1, '"mine"'); return "returned"; }`);
    expect(settled.outputJson).toBe('"mine"');
    for (const report of ["'null'", "'{'", '\'{"phase":"run"}\'', "undefined", "5"]) {
      const failed = await runOn(machine, image, `() => { raw(${OPERATION.settle}, 0, ${report}); return 1; }`);
      expect(failed.failure?.code).toBe("TASK_FAILED");
    }
  });

  test("can't take another's place among requests", async () => {
    const head = JSON.stringify('{"method":"GET","url":"http://service.test/","headers":[]}');
    const code = `() => [raw(${OPERATION.fetch}, 5, ${head}), raw(${OPERATION.fetch}, 5, ${head}), raw(${OPERATION.fetch}, NaN, ${head}), raw(${OPERATION.awaitFetch}, 77)].map((v) => typeof v)`;
    expect((await runOn(new Machine(module), image, code)).outputJson).toBe('["undefined","string","string","string"]');
  });
});
