import { calledFunctions, readBodies, renumberCalls, writeBodies } from "./code.ts";
import {
  EMPTY_BLOCK,
  type FunctionType,
  I32,
  KIND,
  PREAMBLE_BYTES,
  readFunctionTypes,
  readSections,
  readTypes,
  SECTION,
  type Section,
  section,
} from "./module-sections.ts";
import { readByte, readerAt, readU32, readVector, skipLeb, WasmWriter } from "./reader.ts";

/** The import module of the second part, and the names of its imports from the first. */
export const SPLIT = {
  module: "core",
  memory: "memory",
  table: "ratchet_table",
  loaded: "ratchet_loaded",
  global: (index: number) => `ratchet_global_${index}`,
  function: (index: number) => `ratchet_function_${index}`,
} as const;

/** A module in two parts. */
export interface SplitModule {
  /** Works on its own until a function of the other part is called. Then it calls its import `ratchet.load`, once. */
  core: Uint8Array;
  /** The other functions. Its instance gets the core's exports as {@link SPLIT.module} and puts the functions into the table. */
  rest: Uint8Array;
}

/**
 * Splits a metered module in two, so that a short-lived process compiles only what it is likely to need. A stub takes the
 * place of each function that moves. It loads the other part and calls the function through the table.
 * @param hot returns true if the defined function `i` stays in the core
 * @throws {RangeError} if meter.ts did not write the module
 */
export function split(module: Uint8Array, hot: (i: number) => boolean): SplitModule {
  const sections = readSections(module);
  const plan = makePlan(sections, hot);
  return { core: writeCore(module, sections, plan), rest: writeRest(module, sections, plan) };
}

interface Plan {
  types: FunctionType[];
  functionTypes: number[];
  /** Number of imported functions. Defined functions are numbered from here. */
  imported: number;
  loadImport: number;
  /** Defined functions that move, in order. */
  cold: number[];
  isCold: Set<number>;
  /** Indices of the core's functions that cold ones call. */
  needed: number[];
  globals: { type: number; mutable: number }[];
  /** Index of the first new slot of the table. Each cold function has one. */
  firstSlot: number;
}

function makePlan(sections: Section[], hot: (i: number) => boolean): Plan {
  const imports = readerAt(section(sections, SECTION.import));
  const imported = readU32(imports);
  let loadImport = -1;
  for (let i = 0; i < imported; i++) {
    readVector(imports);
    if (new TextDecoder().decode(readVector(imports)) === "load") loadImport = i;
    readByte(imports);
    readU32(imports);
  }
  if (loadImport < 0) throw new RangeError("the module does not import ratchet.load");
  const functionTypes = readFunctionTypes(section(sections, SECTION.function));
  const cold = functionTypes.flatMap((_, i) => (hot(i) ? [] : [i]));
  const isCold = new Set(cold);
  const bodies = readBodies(section(sections, SECTION.code));
  const needed = new Set<number>();
  for (const i of cold) {
    for (const called of calledFunctions(bodies[i]?.instructions ?? new Uint8Array(0))) {
      if (called >= imported && !isCold.has(called - imported)) needed.add(called);
    }
  }
  return {
    types: readTypes(section(sections, SECTION.type)),
    functionTypes,
    imported,
    loadImport,
    cold,
    isCold,
    needed: [...needed].sort((a, b) => a - b),
    globals: readGlobals(section(sections, SECTION.global)),
    firstSlot: readTableMinimum(section(sections, SECTION.table)),
  };
}

function writeCore(module: Uint8Array, sections: Section[], plan: Plan): Uint8Array {
  const { cold, firstSlot, globals, needed } = plan;
  const out = new WasmWriter().bytes(module.subarray(0, PREAMBLE_BYTES));
  for (const { id, body } of sections) {
    if (id === SECTION.table) {
      out.byte(id).vector(tableSection(firstSlot + cold.length));
    } else if (id === SECTION.global) {
      const reader = readerAt(body);
      readU32(reader);
      const all = new WasmWriter().u32(globals.length + 1).bytes(body.subarray(reader.position));
      out.byte(id).vector(all.byte(I32, 1, 0x41, 0, 0x0b).finish());
    } else if (id === SECTION.export) {
      const reader = readerAt(body);
      const count = readU32(reader);
      const all = new WasmWriter()
        .u32(count + 2 + globals.length + needed.length)
        .bytes(body.subarray(reader.position));
      all.name(SPLIT.table).byte(KIND.table).u32(0);
      all.name(SPLIT.loaded).byte(KIND.global).u32(globals.length);
      for (const index of globals.keys()) all.name(SPLIT.global(index)).byte(KIND.global).u32(index);
      for (const index of needed) all.name(SPLIT.function(index)).byte(KIND.function).u32(index);
      out.byte(id).vector(all.finish());
    } else if (id === SECTION.code) {
      out.byte(id).vector(writeBodies(coreBodies(body, plan)));
    } else {
      out.byte(id).vector(body);
    }
  }
  return out.finish();
}

function coreBodies(code: Uint8Array, plan: Plan): Uint8Array[] {
  const slots = new Map(plan.cold.map((i, position) => [i, plan.firstSlot + position]));
  return readBodies(code).map(({ locals, instructions }, i) => {
    const slot = slots.get(i);
    if (slot === undefined) return new WasmWriter().bytes(locals).bytes(instructions).finish();
    const type = plan.functionTypes[i] ?? 0;
    const stub = new WasmWriter().u32(0); // no locals
    stub.byte(0x23).u32(plan.globals.length).byte(0x45, 0x04, EMPTY_BLOCK); // global.get loaded, i32.eqz, if
    stub.byte(0x10).u32(plan.loadImport).byte(0x0b); // call, end
    const parameters = plan.types[type]?.parameters.length ?? 0;
    for (let parameter = 0; parameter < parameters; parameter++) stub.byte(0x20).u32(parameter); // local.get
    return stub.byte(0x41).bytes(signed(slot)).byte(0x11).u32(type).u32(0).byte(0x0b).finish(); // call_indirect, end
  });
}

function writeRest(module: Uint8Array, sections: Section[], plan: Plan): Uint8Array {
  const { cold, globals, imported, isCold, needed, functionTypes, firstSlot } = plan;
  const newIndex = new Map<number, number>();
  for (let i = 0; i < imported; i++) newIndex.set(i, i);
  for (const [position, index] of needed.entries()) newIndex.set(index, imported + position);
  for (const [position, i] of cold.entries()) newIndex.set(imported + i, imported + needed.length + position);
  const renumber = (index: number) => {
    const renumbered = newIndex.get(index);
    if (renumbered === undefined) throw new RangeError(`function ${index} is not known to the module's second part`);
    return renumbered;
  };

  const importSection = section(sections, SECTION.import);
  const rest = readerAt(importSection);
  readU32(rest);
  const imports = new WasmWriter()
    .u32(imported + needed.length + 2 + globals.length)
    .bytes(importSection.subarray(rest.position));
  const from = (name: string) => imports.name(SPLIT.module).name(name);
  for (const index of needed)
    from(SPLIT.function(index))
      .byte(KIND.function)
      .u32(functionTypes[index - imported] ?? 0);
  from(SPLIT.table)
    .byte(KIND.table)
    .bytes(tableSection(firstSlot + cold.length).subarray(1));
  from(SPLIT.memory).byte(KIND.memory).bytes(section(sections, SECTION.memory).subarray(1));
  for (const [index, { type, mutable }] of globals.entries())
    from(SPLIT.global(index)).byte(KIND.global, type, mutable);

  const functions = new WasmWriter().u32(cold.length);
  for (const i of cold) functions.u32(functionTypes[i] ?? 0);
  const elements = new WasmWriter().u32(1).u32(0).byte(0x41).bytes(signed(firstSlot)).byte(0x0b).u32(cold.length);
  for (const i of cold) elements.u32(renumber(imported + i));
  const bodies = readBodies(section(sections, SECTION.code)).flatMap(({ locals, instructions }, i) =>
    isCold.has(i) ? [new WasmWriter().bytes(locals).bytes(renumberCalls(instructions, renumber)).finish()] : [],
  );

  return new WasmWriter()
    .bytes(module.subarray(0, PREAMBLE_BYTES))
    .byte(SECTION.type)
    .vector(section(sections, SECTION.type))
    .byte(SECTION.import)
    .vector(imports.finish())
    .byte(SECTION.function)
    .vector(functions.finish())
    .byte(SECTION.element)
    .vector(elements.finish())
    .byte(SECTION.code)
    .vector(writeBodies(bodies))
    .finish();
}

function readGlobals(body: Uint8Array): { type: number; mutable: number }[] {
  const reader = readerAt(body);
  return Array.from({ length: readU32(reader) }, () => {
    const type = readByte(reader);
    const mutable = readByte(reader);
    readByte(reader); // the constant's opcode
    skipLeb(reader);
    if (type !== I32 || readByte(reader) !== 0x0b) throw new RangeError("a global that is not a plain i32");
    return { type, mutable };
  });
}

function readTableMinimum(body: Uint8Array): number {
  const reader = readerAt(body);
  if (readU32(reader) !== 1 || readByte(reader) !== 0x70)
    throw new RangeError("the module has not one table of functions");
  readByte(reader);
  return readU32(reader);
}

/** Writes a table of functions with this minimum and no maximum. */
function tableSection(minimum: number): Uint8Array {
  return new WasmWriter().u32(1).byte(0x70, 0).u32(minimum).finish();
}

/** Writes a number from 0 as signed LEB128. */
function signed(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x40) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Uint8Array.from([...bytes, rest]);
}
