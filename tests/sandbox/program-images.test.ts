import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CompiledForms } from "../../src/domain/task.ts";
import type { EngineRequest } from "../../src/sandbox/engine/engine-request.ts";
import { type EngineAssets, loadCoreAssets, loadEngineAssets } from "../../src/sandbox/quickjs/assets.ts";
import { createEngine } from "../../src/sandbox/quickjs/engine.ts";
import { ImageDifferences } from "../../src/sandbox/quickjs/machine/image-difference.ts";
import { nextMillisecond } from "../support/eventually.ts";
import { engineRequestFor, portWith } from "./engine-run.ts";

const whole: EngineAssets = await loadEngineAssets();
const core: EngineAssets = await loadCoreAssets();

/** Compiled forms in memory, as another process finds them. */
function keptForms(): CompiledForms & { all: Map<string, Uint8Array>; has: (form: string) => boolean } {
  const all = new Map<string, Uint8Array>();
  const nameOf = (form: string, dependence = "") => `${form} ${dependence}`;
  return {
    all,
    read: (form, dependence) => all.get(nameOf(form, dependence)),
    keep: (form, content, dependence) => void all.set(nameOf(form, dependence), content),
    has: (form) => [...all].some(([name, content]) => name.startsWith(form) && content.length > 0),
  };
}

type Change = (request: EngineRequest) => Partial<EngineRequest>;

/** Runs a program in a process of its own. @returns the output, or the failure */
async function runIn(assets: EngineAssets, code: string, compiled?: CompiledForms, change: Change = () => ({})) {
  const request = engineRequestFor(code, { input: 1 });
  const program = { ...request.program, ...(compiled === undefined ? {} : { compiled }) };
  const logs: string[] = [];
  const port = portWith({ log: ({ message }) => void logs.push(message) });
  const { outputJson, failure } = await createEngine(assets).execute({ ...request, program, ...change(request) }, port);
  return { outputJson, failure, logs };
}

/** Code for a program's top level that gives the same machine each time. */
const PURE = [
  "state.list = Array.from({ length: 500 }, (_, i) => ({ i }));",
  "Array.prototype.extra = () => 'extra'; state.list2 = [1, 2].extra();",
  "globalThis.counter = (globalThis.counter ?? 0) + 1; state.counter = counter;",
  "state.map = [...new Map([[1, { deep: [1, 2, { x: /a+/g }] }]])].length;",
  "state.sorted = [3, 1, 2].sort().join();",
  "Promise.resolve(5).then((value) => { state.settled = value; });",
  "Promise.reject(new Error('handled')).catch((error) => { state.caught = error.message; });",
  "state.url = new URL('http://a.test/b?c=d').search;",
  "state.date = new Date(2026, 6, 1, 12).toISOString();",
  "state.number = (1234.5).toLocaleString('de-DE');",
  "state.bytes = new TextEncoder().encode('ä€').length;",
  "class Counted { static made = 0; #n = 1; next() { Counted.made += 1; return this.#n++; } } state.counted = new Counted();",
  "state.big = (2n ** 80n).toString();",
  "function* numbers() { yield 1; yield 2; } state.generator = numbers(); state.generator.next();",
  "state.symbol = Symbol.for('shared').toString();",
];
/** Code for a top level that shows how two executions differ. */
const IMPURE = [
  "state.at = Date.now();",
  "state.date2 = new Date().getTime();",
  "state.elapsed = performance.now();",
  "state.random = Math.random();",
  "console.log('loaded');",
  "crypto.getRandomValues(new Uint8Array(4));",
  "setTimeout(() => {}, 1);",
  "fetch('http://service.test/').status;",
];
const END =
  "(input) => { state.runs = (state.runs ?? 0) + 1; return { ...state, next: state.counted?.next(), rest: state.generator && [...state.generator], input }; }";

function programOf(lines: readonly string[]): string {
  return `const state = {};\n${lines.join("\n")}\n${END}`;
}

describe("an image of a loaded program in another process", () => {
  test("gives what loading the program gives, for everything that a top level can do", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(PURE), fc.constantFrom("UTC", "Asia/Kolkata"), async (lines, timeZone) => {
        const code = programOf(lines);
        const forms = keptForms();
        const change = () => ({ timeZone });
        const plain = await runIn(core, code, undefined, change);
        const first = await runIn(core, code, forms, change);
        expect(forms.has("quickjs-image")).toBe(true);
        const results = [first, await runIn(core, code, forms, change), await runIn(whole, code, forms, change)];
        for (const result of results) expect(result).toEqual(plain);
      }),
      { numRuns: 25 },
    );
  });

  test("is what runs: the code is not evaluated again", async () => {
    const forms = keptForms();
    await runIn(core, "() => 'loaded'", forms);
    expect((await runIn(core, "() => 'evaluated'", forms)).outputJson).toBe('"loaded"');
  });

  test("is not taken of a program that saw the clock or randomness, or wrote to the console", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(PURE), fc.subarray(IMPURE, { minLength: 1 }), async (pure, impure) => {
        const code = programOf([...pure, ...impure]);
        const forms = keptForms();
        const before = Date.now();
        await runIn(core, code, forms);
        expect(forms.has("quickjs-image")).toBe(false);
        await nextMillisecond();
        for (const [assets, hasBytecode] of [
          [core, true],
          [whole, true],
        ] as const) {
          const { outputJson, failure, logs } = await runIn(assets, code, forms);
          expect([failure, logs]).toEqual([undefined, impure.includes(IMPURE[4] ?? "") ? ["loaded"] : []]);
          expect([forms.has("quickjs-image"), forms.has("quickjs-bytecode")]).toEqual([false, hasBytecode]);
          const state = JSON.parse(String(outputJson)) as { at?: number; date2?: number };
          for (const time of [state.at, state.date2]) if (time !== undefined) expect(time).toBeGreaterThan(before);
        }
      }),
      { numRuns: 12 },
    );
  });

  test("shows different random numbers and times to different executions", async () => {
    const forms = keptForms();
    const code = "const pool = []; () => { pool.push(Math.random()); return [pool, Date.now()]; }";
    const seen = new Set<string>();
    for (let i = 0; i < 4; i++) seen.add(String((await runIn(core, code, forms)).outputJson));
    expect([seen.size, forms.has("quickjs-image")]).toEqual([4, true]);
  });

  test("keeps nothing of the execution that took it, nor of one that started from it", async () => {
    const forms = keptForms();
    const code =
      "const seen = []; (input) => { seen.push(input); globalThis.leaked = true; return [seen, Object.keys(globalThis)]; }";
    const first = await runIn(core, code, forms);
    const engine = createEngine(core);
    const request = engineRequestFor(code, { input: 1 });
    for (let i = 0; i < 4; i++) {
      const program = { ...request.program, compiled: forms };
      const { outputJson } = await engine.execute({ ...request, program }, portWith());
      expect(outputJson).toBe(first.outputJson);
    }
  });

  test("belongs to a time zone and a size of the stack", async () => {
    const forms = keptForms();
    const code =
      "const hour = new Date(0).getHours(); let depth = 0; try { (function deeper() { depth += 1; deeper(); })(); } catch {} () => [hour, depth]";
    for (const change of [
      () => ({ timeZone: "Asia/Tokyo" }),
      () => ({}),
      (request: EngineRequest) => ({ limits: { ...request.limits, stackBytes: 64 * 1024 } }),
    ]) {
      expect(await runIn(core, code, forms, change)).toEqual(await runIn(core, code, undefined, change));
      expect(await runIn(core, code, forms, change)).toEqual(await runIn(core, code, undefined, change));
    }
    expect(forms.all.size).toBe(3);
  });

  test("is not used where the guest may not have so much memory", async () => {
    const forms = keptForms();
    const code =
      "const all = []; for (let i = 0; i < 300; i++) all.push(new Uint8Array(20_000).fill(1)); () => all.length";
    expect((await runIn(core, code, forms)).outputJson).toBe("300");
    const small: Change = ({ limits }) => ({ limits: { ...limits, memoryBytes: 4 * 1024 * 1024 } });
    const result = await runIn(core, code, forms, small);
    expect(result.failure?.code).toBe("MEMORY_LIMIT");
    expect(result).toEqual(await runIn(core, code, undefined, small));
  });

  test("is not used for a recording, a replay, or fixed sources", async () => {
    const forms = keptForms();
    await runIn(core, "() => 'loaded'", forms);
    for (const change of [() => ({ record: true }), () => ({ fixed: { startedAt: 5 } })]) {
      expect((await runIn(core, "() => 'evaluated'", forms, change)).outputJson).toBe('"evaluated"');
      forms.all.delete("quickjs-bytecode ");
    }
  });

  test("is ignored when it is damaged or of another engine, and then replaced", async () => {
    const forms = keptForms();
    await runIn(core, "() => 1", forms);
    const [[name, image] = ["", new Uint8Array()]] = forms.all;
    const foreign = { ...core, image: { ...core.image, randomState: core.image.randomState + 8 } };
    const spoilt = [image.subarray(0, -1), image.subarray(0, 10), new ImageDifferences(foreign.image).encode(image)];
    for (const content of spoilt) {
      forms.all.set(name, content);
      expect((await runIn(core, "() => 2", forms)).outputJson).toBe("2");
      expect((await runIn(core, "() => 3", forms)).outputJson).toBe("2");
    }
  });
});

describe("the difference from an image", () => {
  const base = { ...core.image, memory: new Uint8Array(2 * 65_536).map((_, i) => i % 251) };
  const differences = new ImageDifferences(base);

  test("restores every memory", () => {
    const change = fc.record({ at: fc.nat(4 * 65_536 - 1), byte: fc.nat(255), length: fc.nat(10_000) });
    fc.assert(
      fc.property(fc.constantFrom(2, 3, 4), fc.array(change, { maxLength: 8 }), (pages, changes) => {
        const memory = new Uint8Array(pages * 65_536);
        memory.set(base.memory);
        for (const { at, byte, length } of changes) memory.fill(byte, at, at + length);
        const found = differences.decode(differences.encode(memory));
        const restored = new Uint8Array(pages * 65_536);
        restored.set(base.memory);
        found?.apply(restored);
        expect(found?.length).toBe(memory.length);
        expect(Buffer.compare(restored, memory)).toBe(0);
      }),
    );
  });

  test("has only the blocks that differ", () => {
    const memory = base.memory.slice();
    expect(differences.encode(memory).length).toBeLessThan(64);
    memory[70_000] = 0;
    expect(differences.encode(memory).length).toBeLessThan(5_000);
  });

  test("never writes outside the memory, whatever its bytes are", () => {
    const memory = new Uint8Array(3 * 65_536).fill(7);
    const good = differences.encode(memory);
    const edit = fc.record({ at: fc.nat(40), byte: fc.nat(255) });
    fc.assert(
      fc.property(
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        fc.oneof(fc.constant(good.length), fc.nat(good.length)),
        (edits, length) => {
          const bytes = good.slice(0, length);
          for (const { at, byte } of edits) if (at < bytes.length) bytes[at] = byte;
          const found = differences.decode(bytes);
          if (found === undefined) return;
          expect(found.length % 65_536).toBe(0);
          if (found.length <= 64 * 65_536) found.apply(new Uint8Array(found.length));
        },
      ),
      { numRuns: 500 },
    );
  });
});
