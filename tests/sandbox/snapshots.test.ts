import { describe, expect, test } from "bun:test";
import { loadEngineAssets } from "../../src/sandbox/quickjs/assets.ts";
import { createEngine } from "../../src/sandbox/quickjs/engine.ts";
import { decodeImage, encodeImage, type MachineImage } from "../../src/sandbox/quickjs/machine/image.ts";
import { Machine } from "../../src/sandbox/quickjs/machine/machine.ts";
import { engineRequestFor, portWith, runOn } from "./engine-run.ts";

const assets = await loadEngineAssets();
const { module, image: base } = assets;

/** A program whose loading takes work, and whose loaded state is visible. */
const CODE = `
  const table = new Map(Array.from({ length: 5_000 }, (_, i) => ["key " + i, { i, square: i * i }]));
  class Counter { static made = 0; #n = 0; next() { Counter.made += 1; return (this.#n += 1); } }
  const counter = new Counter();
  (input) => [table.get("key " + input)?.square ?? null, table.size, counter.next(), Counter.made, table.delete("key " + input)]`;

/** A machine's image after it has loaded the program. */
async function loadedImage(machine: Machine): Promise<MachineImage> {
  let taken: MachineImage | undefined;
  await runOn(machine, base, CODE, {
    given: { input: 1 },
    onLoaded: () => {
      taken = machine.takeImage(base);
    },
  });
  if (taken === undefined) throw new Error("the program was not loaded");
  return taken;
}

describe("an image of a loaded program", () => {
  test("runs in any machine, as often as wanted, without loading", async () => {
    const maker = new Machine(module);
    const image = await loadedImage(maker);
    const copy = image.memory.slice();
    const others = [maker, new Machine(module), new Machine(module)];
    for (let round = 0; round < 3; round++) {
      for (const [i, machine] of others.entries()) {
        const result = await runOn(machine, image, CODE, { given: { input: i + 2 }, loaded: true });
        expect(result.outputJson).toBe(`[${(i + 2) ** 2},5000,1,1,true]`);
      }
    }
    expect(Buffer.compare(image.memory, copy)).toBe(0); // nobody writes into it
  });

  test("is shared by guests that run at the same time", async () => {
    const image = await loadedImage(new Machine(module));
    const runs = Array.from({ length: 5 }, (_, i) =>
      runOn(new Machine(module), image, CODE, { given: { input: i }, loaded: true }),
    );
    expect((await Promise.all(runs)).map(({ outputJson }) => outputJson)).toEqual(
      Array.from({ length: 5 }, (_, i) => `[${i * i},5000,1,1,true]`),
    );
  });

  test("survives being written to a file and read back", async () => {
    const image = decodeImage(encodeImage(await loadedImage(new Machine(module))));
    const result = await runOn(new Machine(module), image, CODE, { given: { input: 7 }, loaded: true });
    expect(result.outputJson).toBe("[49,5000,1,1,true]");
  });

  test("saves loading the program again: the second execution takes a fraction of the time", async () => {
    const engine = createEngine(assets);
    const times: number[] = [];
    const code = `let n = 0; for (let i = 0; i < 300_000; i++) n += i; () => n`;
    for (let i = 0; i < 5; i++) {
      const { outputJson, usage } = await engine.execute(engineRequestFor(code), portWith());
      expect(outputJson).toBe("44999850000");
      times.push(usage.durationMs);
    }
    expect(Math.min(...times.slice(1))).toBeLessThan((times[0] ?? 0) / 2);
  });

  test("is not taken of a program that fails to load", async () => {
    const engine = createEngine(assets);
    for (let i = 0; i < 2; i++) {
      const { failure } = await engine.execute(engineRequestFor("throw new Error('at load')"), portWith());
      expect(failure?.code).toBe("TASK_FAILED");
    }
  });

  test("counts as memory of every execution that starts from it", async () => {
    const engine = createEngine(assets);
    const code = "const table = new Uint8Array(6_000_000).fill(1); () => table.length";
    const limits = { memoryBytes: 16 * 1024 * 1024 };
    expect((await engine.execute(engineRequestFor(code, { limits }), portWith())).outputJson).toBe("6000000");
    const less = await engine.execute(engineRequestFor(code, { limits: { memoryBytes: 4_000_000 } }), portWith());
    expect(less.failure?.code).toBe("MEMORY_LIMIT");
    expect((await engine.execute(engineRequestFor(code, { limits }), portWith())).outputJson).toBe("6000000");
  });
});
