import { readByte, readerAt, readU32, readVector, type WasmReader, WasmWriter } from "./reader.ts";

/** Section numbers. Source: WebAssembly core specification 2.0, section 5.5.2. */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

/** Kinds of imports and exports. */
export const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;

/** Type bytes. */
export const I32 = 0x7f;
export const EMPTY_BLOCK = 0x40;

/** Size of the magic number and the version, which precede the first section, in bytes. */
export const PREAMBLE_BYTES = 8;

/** The type of a function: its parameters and results as type bytes. */
export interface FunctionType {
  parameters: number[];
  results: number[];
}

/** An undecoded section. */
export interface Section {
  id: number;
  body: Uint8Array;
}

/** Reads the sections of a module, in their order. */
export function readSections(module: Uint8Array): Section[] {
  const reader = readerAt(module, PREAMBLE_BYTES);
  const sections: Section[] = [];
  while (reader.position < module.length) {
    const id = readByte(reader);
    sections.push({ id, body: readVector(reader) });
  }
  return sections;
}

/** Returns the body of the section with this number. @throws {RangeError} if the module does not have it */
export function section(sections: Section[], id: number): Uint8Array {
  const found = sections.find((candidate) => candidate.id === id);
  if (found === undefined) throw new RangeError(`the WebAssembly module has no section ${id}`);
  return found.body;
}

/** Reads the type section. @throws {RangeError} for a type that is not a function */
export function readTypes(body: Uint8Array): FunctionType[] {
  const reader = readerAt(body);
  return Array.from({ length: readU32(reader) }, () => {
    const form = readByte(reader);
    if (form !== 0x60) throw new RangeError(`unknown WebAssembly type form 0x${form.toString(16)}`);
    return { parameters: [...readVector(reader)], results: [...readVector(reader)] };
  });
}

/** Returns the index of a type, which is appended if it is new. */
export function typeIndex(types: FunctionType[], parameters: number[], results: number[]): number {
  const same = (a: number[], b: number[]) => a.length === b.length && a.every((value, i) => value === b[i]);
  const found = types.findIndex((type) => same(type.parameters, parameters) && same(type.results, results));
  return found >= 0 ? found : types.push({ parameters, results }) - 1;
}

/** Writes a type section. */
export function writeTypes(types: FunctionType[]): Uint8Array {
  const out = new WasmWriter().u32(types.length);
  for (const type of types)
    out.byte(0x60).vector(Uint8Array.from(type.parameters)).vector(Uint8Array.from(type.results));
  return out.finish();
}

/** Checks that all imports are functions, as renumbering requires. @throws {RangeError} if one is not */
export function requireFunctionImports(reader: WasmReader, count: number): void {
  for (let i = 0; i < count; i++) {
    readVector(reader);
    readVector(reader);
    if (readByte(reader) !== 0) throw new RangeError("the WebAssembly module imports something other than functions");
    readU32(reader);
  }
}

/** Reads the function section: the index of the type of each defined function. */
export function readFunctionTypes(body: Uint8Array): number[] {
  const reader = readerAt(body);
  return Array.from({ length: readU32(reader) }, () => readU32(reader));
}
