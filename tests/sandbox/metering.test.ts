import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { KEPT_EXPORTS } from "../../src/sandbox/quickjs/machine/wasm-exports.ts";
import { readBodies } from "../../src/sandbox/wasm/code.ts";
import { BULK, nextInstruction, OPCODE } from "../../src/sandbox/wasm/instructions.ts";
import { COUNTER_EXPORT, type MeterOptions, meter, PAGES_EXPORT } from "../../src/sandbox/wasm/meter.ts";
import { readSections, SECTION, section } from "../../src/sandbox/wasm/module-sections.ts";
import { readByte, readerAt, readU32, skipLeb, WasmWriter } from "../../src/sandbox/wasm/reader.ts";
import { compiled, type HandMade, handMade, I32, I64 } from "./hand-made-module.ts";

const OPTIONS: MeterOptions = { keepExport: () => true, minimumPages: 2, maximumPages: 16 };

interface Metered {
  call: Record<string, (...values: number[]) => number>;
  counter: WebAssembly.Global;
  pages: WebAssembly.Global;
  memory: WebAssembly.Memory;
  /** Calls of `ratchet.meter`. */
  metered: () => number;
  grown: number[];
  /** The counter at each call of `ratchet.pause`. */
  paused: number[];
}

/** Meters and instantiates a hand-made module; `quantum` is what the meter refills, and the third call of it throws. */
function metered(made: HandMade, quantum = 1_000, throwAt = Number.POSITIVE_INFINITY): Metered {
  let calls = 0;
  const grown: number[] = [];
  const paused: number[] = [];
  const { module } = meter(handMade(made), OPTIONS);
  const counter = () => instance.exports[COUNTER_EXPORT] as WebAssembly.Global;
  const instance = new WebAssembly.Instance(compiled(module), {
    env: Object.fromEntries((made.imports ?? []).map((name) => [name, () => {}])),
    ratchet: {
      meter: () => {
        calls += 1;
        if (calls >= throwAt) throw new Error("over");
        counter().value = quantum;
      },
      grow: (pages: number) => {
        grown.push(pages);
        return 7;
      },
      load: () => {},
      pause: () => {
        paused.push(counter().value);
        counter().value = 1_000;
      },
    },
  });
  const exports = instance.exports as Record<string, unknown>;
  return {
    call: exports as Record<string, (...values: number[]) => number>,
    counter: exports[COUNTER_EXPORT] as WebAssembly.Global,
    pages: exports[PAGES_EXPORT] as WebAssembly.Global,
    memory: exports.memory as WebAssembly.Memory,
    metered: () => calls,
    grown,
    paused,
  };
}

/** loop { local0 -= 1; br_if 0 while local0 } */
const COUNTDOWN = [0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b];

describe("metering of hand-made modules", () => {
  test("the guest is paused if, and only if, the meter leaves the counter below zero", () => {
    const module = { functions: [{ name: "count", parameters: [I32], code: COUNTDOWN }] };
    const pausing = metered(module, -1);
    pausing.call.count?.(5_000);
    expect(pausing.paused).toEqual(Array(pausing.metered()).fill(-1));
    expect(pausing.metered()).toBeGreaterThan(2);
    const other = metered(module);
    other.call.count?.(5_000);
    expect(other.paused).toEqual([]);
  });

  test("an endless loop ends when the import throws, and no other import is called", () => {
    const module = metered({ functions: [{ name: "spin", code: [0x03, 0x40, 0x0c, 0, 0x0b] }] }, 1_000, 3);
    expect(() => module.call.spin?.()).toThrow("over");
    expect(module.metered()).toBe(3);
  });

  test("every loop iteration counts one, and the counter continues between calls", () => {
    const module = metered({ functions: [{ name: "run", parameters: [I32], code: COUNTDOWN }] });
    module.counter.value = 500;
    module.call.run?.(100);
    expect(module.counter.value).toBe(400);
    module.call.run?.(400);
    expect([module.counter.value, module.metered()]).toEqual([0, 0]);
    module.call.run?.(1);
    expect([module.counter.value, module.metered()]).toEqual([1_000, 1]);
  });

  test("nested loops are both counted", () => {
    const inner = [0x41, 10, 0x21, 1, 0x03, 0x40, 0x20, 1, 0x41, 1, 0x6b, 0x22, 1, 0x0d, 0, 0x0b];
    const outer = [0x03, 0x40, ...inner, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b];
    const module = metered({ functions: [{ name: "run", parameters: [I32], locals: 1, code: outer }] });
    module.counter.value = 1_000;
    module.call.run?.(5);
    expect(module.counter.value).toBe(1_000 - 5 - 50);
  });

  test("bulk operations count by their length and still do their work", () => {
    const fill = [0x20, 0, 0x41, 7, 0x20, 1, 0xfc, 11, 0];
    const copy = [0x41, 0, 0x20, 0, 0x20, 1, 0xfc, 10, 0, 0];
    const module = metered({
      functions: [
        { name: "fill", parameters: [I32, I32], code: fill },
        { name: "copy", parameters: [I32, I32], code: copy },
      ],
    });
    module.counter.value = 1_000;
    module.call.fill?.(256, 51_200);
    expect(module.counter.value).toBe(1_000 - 200);
    module.call.copy?.(256, 25_600);
    expect(module.counter.value).toBe(1_000 - 300);
    const bytes = new Uint8Array(module.memory.buffer);
    expect([bytes[0], bytes[25_599], bytes[51_455], bytes[51_456]]).toEqual([7, 7, 7, 0]);
    module.counter.value = 0;
    module.call.fill?.(0, 0);
    expect(module.metered()).toBe(0);
    module.call.fill?.(0, 256);
    expect(module.metered()).toBe(1);
  });

  test("memory.grow calls the host, and memory.size reads the value that the host set", () => {
    const module = metered({
      functions: [
        { name: "grow", parameters: [I32], results: [I32], code: [0x20, 0, 0x40, 0] },
        { name: "size", results: [I32], code: [0x3f, 0] },
      ],
      memoryPages: 1,
    });
    expect(module.memory.buffer.byteLength / 65_536).toBe(2); // the minimum of the options
    expect(module.call.size?.()).toBe(1); // what the module itself started with
    expect(module.call.grow?.(5)).toBe(7);
    expect([module.grown, module.memory.buffer.byteLength / 65_536]).toEqual([[5], 2]);
    module.pages.value = 11;
    expect(module.call.size?.()).toBe(11);
    expect(() => module.memory.grow(15)).toThrow(); // the declared maximum
  });

  test("calls, tables, start functions and exports still mean the same functions", () => {
    const three = { results: [I32], code: [0x41, 3] };
    const made: HandMade = {
      imports: ["first", "second"],
      functions: [
        three,
        { name: "direct", results: [I32], code: [0x10, 2] },
        { name: "indirect", parameters: [I32], results: [I32], code: [0x20, 0, 0x11, 1, 0] },
        { code: [0x41, 42, 0x24, 0] },
        { name: "started", results: [I32], code: [0x23, 0] },
        { name: "imports", code: [0x10, 0, 0x10, 1] },
      ],
      table: [2, 3],
      start: 5,
    };
    const module = metered(made);
    expect(module.call.direct?.()).toBe(3);
    expect([module.call.indirect?.(0), module.call.indirect?.(1)]).toEqual([3, 3]);
    expect(module.call.started?.()).toBe(42);
    module.call.imports?.();
  });

  test("only the wanted exports remain, plus the counter and the pages", () => {
    const source = handMade({
      functions: [
        { name: "kept", code: [] },
        { name: "dropped", code: [] },
      ],
    });
    const { module } = meter(source, { ...OPTIONS, keepExport: (name) => name === "kept" });
    const names = WebAssembly.Module.exports(compiled(module)).map(({ name }) => name);
    expect(names.sort()).toEqual(["kept", PAGES_EXPORT, COUNTER_EXPORT].sort());
  });

  test("instructions of every form are skipped correctly", () => {
    const code = [
      ...[0x02, 0x7f, 0x41, 0x80, 0x7f, 0x0b, 0x1a], // block (result i32) i32.const -128 end drop
      ...[0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x1a], // i64.const max
      ...[0x43, 0x03, 0x03, 0x10, 0x40, 0x1a], // f32.const, with bytes that look like instructions
      ...[0x44, 0x03, 0x40, 0xfc, 0x0b, 0x10, 0x40, 0x3f, 0x00, 0x1a], // f64.const, likewise
      ...[0x41, 0, 0x28, 2, 0x83, 0x20, 0x1a], // i32.load with a long offset
      ...[0x41, 0, 0x41, 3, 0x36, 2, 4], // i32.store
      ...[0x02, 0x40, 0x02, 0x40, 0x41, 1, 0x0e, 2, 0, 1, 0, 0x0b, 0x0b], // br_table
      ...[0x41, 1, 0x04, 0x40, 0x01, 0x05, 0x01, 0x0b], // if nop else nop end
      ...[0x41, 1, 0x41, 2, 0x41, 1, 0x1b, 0x1a], // select
      ...[0x41, 1, 0x41, 2, 0x41, 1, 0x1c, 1, 0x7f, 0x1a], // select with types
      ...[0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xfc, 2, 0x1a], // i32.trunc_sat_f64_s
      ...[0xd0, 0x70, 0xd1, 0x1a], // ref.null func, ref.is_null
      ...[0x41, 5, 0xc0, 0x1a], // i32.extend8_s
      ...[0x41, 9],
    ];
    const module = metered({ functions: [{ name: "all", results: [I32], code }], memoryPages: 1 });
    expect(module.call.all?.()).toBe(9);
    expect(module.metered()).toBe(0);
  });

  test.each<[string, HandMade | Uint8Array]>([
    ["an instruction nobody knows", { functions: [{ code: [0xfd, 0] }] }],
    ["a threaded instruction", { functions: [{ code: [0xfe, 3, 0] }] }],
    ["an unknown bulk instruction", { functions: [{ code: [0xfc, 18, 0] }] }],
    ["a truncated module", handMade({ functions: [{ code: COUNTDOWN }] }).subarray(0, 60)],
  ])("%s is refused, not passed through", (_name, made) => {
    expect(() => meter(made instanceof Uint8Array ? made : handMade(made), OPTIONS)).toThrow(RangeError);
  });

  test("numbers of any size are written and read back", () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), (value) => {
        const bytes = new WasmWriter().u32(value).finish();
        const reader = readerAt(bytes);
        expect([readU32(reader), reader.position]).toEqual([value, bytes.length]);
        const again = readerAt(bytes);
        skipLeb(again);
        expect(again.position).toBe(bytes.length);
      }),
    );
    expect(() => readU32(readerAt(Uint8Array.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0])))).toThrow(RangeError);
  });

  test("a 64-bit parameter does not disturb the local that metering adds", () => {
    const code = [0x20, 0, 0x41, 1, 0x20, 1, 0xfc, 11, 0, 0x20, 1];
    const module = metered({
      functions: [{ name: "run", parameters: [I32, I32, I64], results: [I32], locals: 3, code }],
    });
    expect((module.call.run as unknown as (a: number, b: number, c: bigint) => number)(0, 99, 5n)).toBe(99);
  });
});

describe("metering of the engine", () => {
  const original = Bun.file(join(import.meta.dir, "../../node_modules/quickjs-wasi/quickjs.wasm")).bytes();
  const keepExport = (name: string) => KEPT_EXPORTS.includes(name);

  test("reaches every loop, every bulk operation and every growth of memory", async () => {
    const { module, report } = meter(await original, { keepExport, minimumPages: 32, maximumPages: 16_384 });
    expect(report.loops).toBeGreaterThan(1_000);
    expect(report.bulkOperations).toBeGreaterThan(100);
    expect(report.memoryGrows).toBeGreaterThan(0);
    const seen = { loops: 0, charged: 0, bulk: 0, otherBulk: 0, grows: 0, sizes: 0 };
    for (const { instructions } of readBodies(section(readSections(module), SECTION.code))) {
      const reader = readerAt(instructions);
      let afterLoop = false;
      while (reader.position < instructions.length) {
        const { opcode, sub } = nextInstruction(reader);
        if (afterLoop && opcode === 0x23) seen.charged += 1; // global.get of the counter
        afterLoop = opcode === OPCODE.loop;
        if (afterLoop) seen.loops += 1;
        if (opcode === OPCODE.bulkPrefix && sub >= 8) {
          if (sub === BULK.memoryCopy || sub === BULK.memoryFill) seen.bulk += 1;
          else seen.otherBulk += 1; // of tables and segments: the engine has none, so they are not counted
        }
        if (opcode === OPCODE.memoryGrow) seen.grows += 1;
        if (opcode === OPCODE.memorySize) seen.sizes += 1;
      }
      expect(reader.position).toBe(instructions.length);
    }
    expect(seen).toEqual({
      loops: report.loops,
      charged: report.loops,
      bulk: report.bulkOperations,
      otherBulk: 0,
      grows: 0,
      sizes: 0,
    });
  });

  test("produces a valid module that imports only functions and has no state except its memory and three globals", async () => {
    const { module } = meter(await original, { keepExport, minimumPages: 32, maximumPages: 16_384 });
    const made = compiled(module);
    expect(WebAssembly.Module.imports(made).every(({ kind }) => kind === "function")).toBe(true);
    const globals = readerAt(section(readSections(module), SECTION.global));
    let mutable = 0;
    for (let left = readU32(globals); left > 0; left--) {
      readByte(globals); // the type
      mutable += readByte(globals);
      while (nextInstruction(globals).opcode !== OPCODE.end);
    }
    // The stack pointer, the counter, the pages: a reset sets all three.
    expect(mutable).toBe(3);
  });
});
