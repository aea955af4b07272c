import { describe, expect, test } from "bun:test";
import { readText } from "../../src/domain/shared-text.ts";
import { type EngineAssets, loadEngineAssets } from "../../src/sandbox/quickjs/assets.ts";
import { createEngine } from "../../src/sandbox/quickjs/engine.ts";
import { PAGE, STACK_TOP } from "../../src/sandbox/quickjs/machine/image.ts";
import { Machine } from "../../src/sandbox/quickjs/machine/machine.ts";
import { nextMillisecond } from "../support/eventually.ts";
import { engineRequestFor, portWith, runOn } from "./engine-run.ts";

const assets: EngineAssets = await loadEngineAssets();
const { module, image } = assets;
const STACK = 256 * 1024;

/** Whether every byte of the instance is what the image says: stack and everything behind the guest's pages are zero. */
function differences(machine: Machine): string[] {
  const found: string[] = [];
  const { bytes } = machine;
  const end = STACK_TOP + image.memory.length;
  if (bytes.subarray(0, STACK_TOP).some((byte) => byte !== 0)) found.push("the stack is not empty");
  if (Buffer.compare(bytes.subarray(STACK_TOP, end), image.memory) !== 0) found.push("the memory is another");
  if (bytes.subarray(end).some((byte) => byte !== 0)) found.push("something lies behind the memory");
  if (machine.pages * PAGE !== end) found.push("it has other pages");
  return found;
}

/** Programs that use the machine in every way and end well, so that it is kept. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "prototypes and globals":
    "() => { Object.prototype.a = Array.prototype.b = globalThis.c = 1; delete globalThis.Map; Object.freeze(JSON); return 1; }",
  "module state": "const all = []; let n = 0; () => { n += 1; all.push(n); return n; }",
  "grown memory":
    "() => { const all = []; for (let i = 0; i < 200; i++) all.push(new Uint8Array(20_000).fill(255)); return all.length; }",
  "the stack, deep": "() => { const deeper = (n) => (n === 0 ? 0 : 1 + deeper(n - 1)); return deeper(600); }",
  "the stack, wide":
    "() => Math.max(...Array.from({ length: 5_000 }, (_, i) => i)) + ((...all) => all.length)(...new Array(5_000).fill(0xff))",
  "the stack, by built-ins":
    "() => [JSON.stringify(JSON.parse('[' + '['.repeat(300) + ']'.repeat(300) + ']')).length, /((a|b)*)+c/.test('ab'.repeat(50) + 'c'), [5, 3, 9].sort().length, (1.5e300).toFixed(20).length, new Date(0).toString()]",
  "timers, left": "() => { setInterval(() => { globalThis.late = 1; }, 0); setTimeout(() => {}, 1e6); return 1; }",
  "cryptography, left":
    "() => { for (let i = 0; i < 5; i++) crypto.subtle.digest('SHA-256', new Uint8Array(1e5)); return 1; }",
  "promises, left":
    "async () => { new Promise(() => {}); (async () => { await new Promise(() => {}); })(); return 1; }",
  requests:
    "async () => { const r = fetch('http://service.test/'); return [r.status, (await (await fetch('http://service.test/')).text()).length]; }",
  "symbols, weak references, patterns":
    "() => { Symbol.for('x'); new WeakRef({}); new FinalizationRegistry(() => {}).register({}, 1); return /(?<n>a)/d.exec('a').indices.length; }",
  "an error": "() => { throw new Error('x', { cause: new TypeError('y') }); }",
  "a refused program": "(((",
  "a random state": "() => { for (let i = 0; i < 100; i++) Math.random(); return 1; }",
};

describe("a reset in place", () => {
  for (const [name, code] of Object.entries(PROGRAMS)) {
    test(`removes every byte of ${name} from the same instance`, async () => {
      const machine = new Machine(module);
      machine.reset(image, STACK);
      // What the engine itself notes of a machine's limits is part of every reset; the image is compared after one.
      const pristine = machine.bytes.slice();
      const { exports } = machine;
      for (let round = 0; round < 2; round++) {
        const { broken } = await runOn(machine, image, code);
        expect(broken).toBe(false);
        await nextMillisecond(); // what was left behind gets its turn
        await new Promise(setImmediate);
        machine.reset(image, STACK);
        expect(machine.exports).toBe(exports);
        const same = Buffer.compare(machine.bytes.subarray(0, pristine.length), pristine) === 0;
        const behind = machine.bytes.subarray(pristine.length).some((byte) => byte !== 0);
        expect({ same, behind, pages: machine.pages }).toEqual({
          same: true,
          behind: false,
          pages: (STACK_TOP + image.memory.length) / PAGE,
        });
      }
    });
  }

  test("makes the memory equal to the image, except for the stack limit", async () => {
    const machine = new Machine(module);
    await runOn(machine, image, PROGRAMS["grown memory"] ?? "");
    machine.reset(image, STACK);
    const changed: number[] = [];
    for (let i = 0; i < image.memory.length; i++) if (machine.bytes[STACK_TOP + i] !== image.memory[i]) changed.push(i);
    // The size and the end of the stack, one word each.
    expect(changed.length).toBeLessThanOrEqual(8);
    expect(differences(machine).filter((found) => found !== "the memory is another")).toEqual([]);
  });

  test("happens between executions: the engine creates one instance for all of them", async () => {
    const engine = createEngine(assets);
    const Original = WebAssembly.Instance;
    let made = 0;
    WebAssembly.Instance = class extends Original {
      constructor(...given: ConstructorParameters<typeof Original>) {
        super(...given);
        made += 1;
      }
    };
    try {
      const outputs: (string | undefined)[] = [];
      for (let i = 0; i < 20; i++) {
        const code =
          "let n = 0; (input) => { n += 1; globalThis.left = (globalThis.left ?? 0) + 1; return [input, n, left]; }";
        outputs.push(
          readText((await engine.execute(engineRequestFor(code, { input: i }), portWith())).outputJson ?? ""),
        );
      }
      expect(outputs).toEqual(Array.from({ length: 20 }, (_, i) => `[${i},1,1]`));
      expect(made).toBe(1);
      for (const broken of ["() => { for (;;); }", "() => { const a = []; for (;;) a.push([a]); }"]) {
        await engine.execute(engineRequestFor(broken, { limits: { timeMs: 20, memoryBytes: 4_000_000 } }), portWith());
      }
      await engine.execute(engineRequestFor("() => 1"), portWith());
      expect(made).toBeGreaterThan(1); // one that was interrupted or ran out of memory is never used again
    } finally {
      WebAssembly.Instance = Original;
    }
  });

  test("keeps late arrivals out of the next execution", async () => {
    const machine = new Machine(module);
    const first = runOn(
      machine,
      image,
      "() => { crypto.subtle.digest('SHA-512', new Uint8Array(4e6)).then(() => { globalThis.late = 'digest'; }); setTimeout(() => { globalThis.late = 'timer'; }, 1); return 'first'; }",
    );
    expect((await first).outputJson).toBe('"first"');
    const second = await runOn(
      machine,
      image,
      "async () => { await new Promise((r) => setTimeout(r, 60)); return globalThis.late ?? 'nothing'; }",
    );
    expect(second.outputJson).toBe('"nothing"');
  });

  test("gives every execution randomness of its own", async () => {
    const machine = new Machine(module);
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 50; i++)
      seen.add(readText((await runOn(machine, image, "() => Math.random()")).outputJson ?? ""));
    expect(seen.size).toBe(50);
  });
});
