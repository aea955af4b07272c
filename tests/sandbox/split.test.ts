import { afterAll, describe, expect, test } from "bun:test";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { type EngineAssets, loadCoreAssets, loadEngineAssets } from "../../src/sandbox/quickjs/assets.ts";
import { createEngine } from "../../src/sandbox/quickjs/engine.ts";
import { meter } from "../../src/sandbox/wasm/meter.ts";
import { SPLIT, split } from "../../src/sandbox/wasm/split.ts";
import { failureOf, outputOf } from "../conformance/request.ts";
import { engineRequestFor, portWith } from "./engine-run.ts";
import { compiled, handMade, I32 } from "./hand-made-module.ts";

/** Two functions that call each other until the number is used up, one that calls through the table, one that loops. */
const MODULE = handMade({
  functions: [
    {
      name: "even",
      parameters: [I32],
      results: [I32],
      code: [0x20, 0, 0x45, 0x04, I32, 0x41, 1, 0x05, 0x20, 0, 0x41, 1, 0x6b, 0x10, 1, 0x0b],
    },
    {
      name: "odd",
      parameters: [I32],
      results: [I32],
      code: [0x20, 0, 0x45, 0x04, I32, 0x41, 0, 0x05, 0x20, 0, 0x41, 1, 0x6b, 0x10, 0, 0x0b],
    },
    { name: "through", parameters: [I32, I32], results: [I32], code: [0x20, 0, 0x20, 1, 0x11, 1, 0] },
    {
      name: "count",
      parameters: [I32],
      results: [I32],
      code: [0x03, 0x40, 0x23, 0, 0x41, 1, 0x6a, 0x24, 0, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x23, 0],
    },
  ],
  table: [0, 1],
});

interface Parts {
  call: Record<string, (...values: number[]) => number>;
  loads: () => number;
  counter: () => number;
}

/** The module split so that these functions stay in the core. */
function parts(hot: readonly number[]): Parts {
  const options = { keepExport: () => true, minimumPages: 1, maximumPages: 4 };
  const { core, rest } = split(meter(MODULE, options).module, (i) => hot.includes(i));
  let loads = 0;
  const imports = {
    env: {},
    ratchet: {
      meter: () => {
        counter.value = 1_000;
      },
      grow: () => -1,
      pause: () => {},
      load: () => {
        loads += 1;
        const exports = instance.exports;
        new WebAssembly.Instance(compiled(rest), { ...imports, [SPLIT.module]: exports });
        (exports[SPLIT.loaded] as WebAssembly.Global).value = 1;
      },
    },
  };
  const instance: WebAssembly.Instance = new WebAssembly.Instance(compiled(core), imports);
  const counter = instance.exports.ratchet_counter as WebAssembly.Global;
  counter.value = 1_000;
  return {
    call: instance.exports as unknown as Parts["call"],
    loads: () => loads,
    counter: () => counter.value as number,
  };
}

describe("a module in two parts", () => {
  test.each([[[]], [[0]], [[1]], [[0, 1]], [[2, 3]], [[0, 1, 2, 3]]])("means the same with %p in the core", (hot) => {
    const { call } = parts(hot);
    expect([call.even?.(10), call.even?.(7), call.odd?.(7), call.odd?.(0)]).toEqual([1, 0, 1, 0]);
    expect([call.through?.(6, 0), call.through?.(6, 1)]).toEqual([1, 0]);
    expect([call.count?.(3), call.count?.(4)]).toEqual([3, 7]);
  });

  test("loads the other part once, when it is first called", () => {
    const { call, loads } = parts([3]);
    call.count?.(1);
    expect(loads()).toBe(0);
    call.even?.(4);
    call.odd?.(4);
    expect(loads()).toBe(1);
  });

  test("counts loops of both parts on one counter", () => {
    const cold = parts([0]);
    cold.call.count?.(100);
    expect(cold.counter()).toBe(900);
  });
});

describe("the engine in two parts", () => {
  const executor = createInlineExecutor();
  afterAll(() => executor.stop());

  test("loads nothing more for a usual task, and loads the rest while other tasks run", async () => {
    const core = await loadCoreAssets();
    let loads = 0;
    const { rest } = core;
    if (rest === undefined) throw new Error("the core comes with the other part");
    const load = () => {
      loads += 1;
      return rest.load();
    };
    const assets: EngineAssets = { ...core, rest: { ...rest, load } };
    const engine = createEngine(assets);
    const usual = "(function (input) { return { sum: input.num1 + input.num2 }; })";
    const first = await engine.execute(engineRequestFor(usual, { input: { num1: 5, num2: 10 } }), portWith());
    expect([first.outputJson, loads]).toEqual(['{"sum":15}', 0]);
    const other =
      "(input) => [/(a+)+b/.exec('aab').index, new Float64Array([2, 1]).sort().join(), (2n ** 70n).toString(), 'ä'.normalize('NFD').length]";
    const second = await engine.execute(engineRequestFor(other), portWith());
    expect([second.outputJson, loads]).toEqual(['[0,"1,2","1180591620717411303424",2]', 1]);
  });

  test("is ended in both parts the same way", async () => {
    for (const code of [
      "() => { for (;;); }",
      "() => /^(a+)+$/.test('a'.repeat(50) + 'b')",
      "() => [].reverse.call({ length: 2 ** 53 - 2 })",
    ]) {
      expect((await failureOf(executor, code, { limits: { timeMs: 50 } })).code).toBe("TIME_LIMIT");
      expect(await outputOf(executor, "() => 'next'")).toBe("next");
    }
  });

  test("starts from the same image as the whole one", async () => {
    const [whole, core] = await Promise.all([loadEngineAssets(), loadCoreAssets()]);
    expect(Buffer.compare(whole.image.memory, core.image.memory)).toBe(0);
  });
});
