import { WasmWriter } from "../../src/sandbox/wasm/reader.ts";

/** A function of a hand-made module: what it takes and gives as type bytes, its extra i32 locals, its instructions. */
export interface HandMadeFunction {
  name?: string;
  parameters?: number[];
  results?: number[];
  locals?: number;
  code: number[];
}

/** What a hand-made module is made of. */
export interface HandMade {
  functions: HandMadeFunction[];
  /** Function imports, all without parameters and results, from module `env`. */
  imports?: string[];
  memoryPages?: number;
  /** i32 globals, mutable. */
  globals?: number[];
  /** Functions in the table from slot 0, by index (imports counted). */
  table?: number[];
  start?: number;
  /** Sections to put in as they are, by number. */
  extra?: [id: number, body: Uint8Array][];
}

export const I32 = 0x7f;
export const I64 = 0x7e;
const FUNCTION = 0x60;

/** Assembles a module by the core specification's binary format. */
export function handMade({
  functions,
  imports = [],
  memoryPages = 1,
  globals = [0],
  table = [],
  start,
  extra = [],
}: HandMade): Uint8Array {
  const sections: [number, Uint8Array][] = [
    [1, types(functions)],
    [2, list(imports, (out, name) => out.name("env").name(name).byte(0).u32(0))],
    [3, list(functions, (out, _, i) => out.u32(i + 1))],
    [4, new WasmWriter().u32(1).byte(0x70, 0).u32(Math.max(table.length, 1)).finish()],
    [5, new WasmWriter().u32(1).byte(0).u32(memoryPages).finish()],
    [6, list(globals, (out, value) => out.byte(I32, 1, 0x41).u32(value).byte(0x0b))],
    [7, exports(functions, imports.length)],
    ...(start === undefined ? [] : ([[8, new WasmWriter().u32(start).finish()]] as [number, Uint8Array][])),
    [
      9,
      table.length === 0
        ? new WasmWriter().u32(0).finish()
        : new WasmWriter()
            .u32(1)
            .u32(0)
            .byte(0x41, 0, 0x0b)
            .bytes(list(table, (out, index) => out.u32(index)))
            .finish(),
    ],
    [10, list(functions, (out, { locals = 0, code }) => out.vector(body(locals, code)))],
    ...extra,
  ];
  const out = new WasmWriter().byte(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (const [id, content] of sections.sort(([a], [b]) => a - b)) out.byte(id).vector(content);
  return out.finish();
}

/** Compiles what the tests made. */
export function compiled(module: Uint8Array): WebAssembly.Module {
  return new WebAssembly.Module(module as Uint8Array<ArrayBuffer>);
}

function types(functions: HandMadeFunction[]): Uint8Array {
  const out = new WasmWriter().u32(functions.length + 1).byte(FUNCTION, 0, 0);
  for (const { parameters = [], results = [] } of functions) {
    out.byte(FUNCTION).vector(Uint8Array.from(parameters)).vector(Uint8Array.from(results));
  }
  return out.finish();
}

function exports(functions: HandMadeFunction[], imported: number): Uint8Array {
  const named = functions.flatMap(({ name }, i) => (name === undefined ? [] : [{ name, index: imported + i }]));
  const out = new WasmWriter()
    .u32(named.length + 1)
    .name("memory")
    .byte(2, 0);
  for (const { name, index } of named) out.name(name).byte(0).u32(index);
  return out.finish();
}

function body(locals: number, code: number[]): Uint8Array {
  const out = new WasmWriter();
  if (locals === 0) out.u32(0);
  else out.u32(1).u32(locals).byte(I32);
  return out.byte(...code, 0x0b).finish();
}

function list<T>(items: readonly T[], each: (out: WasmWriter, item: T, i: number) => void): Uint8Array {
  const out = new WasmWriter().u32(items.length);
  for (const [i, item] of items.entries()) each(out, item, i);
  return out.finish();
}
