import { nextInstruction, OPCODE } from "./instructions.ts";
import { type CodeContext, type MeterReport, rewriteCode } from "./meter-code.ts";
import {
  I32,
  PREAMBLE_BYTES,
  readFunctionTypes,
  readSections,
  readTypes,
  requireFunctionImports,
  SECTION,
  type Section,
  section,
  typeIndex,
  writeTypes,
} from "./module-sections.ts";
import { readByte, readerAt, readU32, readVector, WasmWriter } from "./reader.ts";

/** Options of {@link meter}. */
export interface MeterOptions {
  /** Exports to keep. All others are dropped, so that the module has nothing that nobody calls. */
  keepExport: (name: string) => boolean;
  /** Initial size of the memory, in pages of 64 KiB. The guest sees the size in the original module. */
  minimumPages: number;
  /** Declared maximum of the memory, in pages. */
  maximumPages: number;
}

/** Export name of the counter: an i32 global that every loop iteration lowers. Below zero the host is called. */
export const COUNTER_EXPORT = "ratchet_counter";

/** Export name of the memory's size as the guest sees it, in pages: an i32 global that the host sets. */
export const PAGES_EXPORT = "ratchet_pages";

/** `meter`, `grow`, `load`, `pause`. */
const ADDED_IMPORTS = 4;
/**
 * Rewrites a WebAssembly module so that the host regains control regularly, and memory grows only with the host's
 * consent:
 * - Every loop iteration and every bulk memory operation lowers a counter. When it falls below zero, the import
 *   `ratchet.meter: () -> ()` is called, which refills the counter or ends the guest by throwing. If it leaves the counter
 *   below zero, the import `ratchet.pause: () -> ()` is called as well, which may suspend the guest.
 * - The import `ratchet.load: () -> ()` is added for split.ts, which creates modules that load their other part.
 * - `memory.grow` becomes a call of the import `ratchet.grow: (pages) -> previous pages or -1`, and `memory.size` reads
 *   a global that the host sets. So a reset can take grown memory away without a new instance.
 *
 * The stack bounds recursion without loops, so loops and bulk operations cover all unbounded work.
 * @throws {RangeError} if the module has instructions or sections that the rewriter does not know
 */
export function meter(module: Uint8Array, options: MeterOptions): { module: Uint8Array; report: MeterReport } {
  const sections = readSections(module);
  const context = readContext(sections, options);
  const out = new WasmWriter().bytes(module.subarray(0, PREAMBLE_BYTES));
  for (const { id, body } of sections) {
    const rewritten = rewriteSection(id, body, context);
    if (rewritten !== null) out.byte(id).vector(rewritten);
  }
  return { module: out.finish(), report: context.report };
}

/** Facts about the whole module that rewriting needs. */
interface ModuleContext extends CodeContext {
  options: MeterOptions;
  meterType: number;
  growType: number;
  /** How many functions the module imports. */
  importedCount: number;
  /** Initial size of the memory in the original module, in pages. */
  pages: number;
}

function readContext(sections: Section[], options: MeterOptions): ModuleContext {
  const types = readTypes(section(sections, SECTION.type));
  const meterType = typeIndex(types, [], []);
  const growType = typeIndex(types, [I32], [I32]);
  const imported = readerAt(section(sections, SECTION.import));
  const importedCount = readU32(imported);
  requireFunctionImports(imported, importedCount);
  return {
    options,
    meterType,
    growType,
    importedCount,
    pages: originalPages(section(sections, SECTION.memory)),
    // The new imports follow the existing ones, so the index of every defined function grows by four.
    remap: (index) => (index < importedCount ? index : index + ADDED_IMPORTS),
    meterFunction: importedCount,
    growFunction: importedCount + 1,
    pauseFunction: importedCount + 3,
    counterGlobal: readU32(readerAt(section(sections, SECTION.global))),
    functionTypes: readFunctionTypes(section(sections, SECTION.function)),
    types,
    report: { loops: 0, bulkOperations: 0, memoryGrows: 0 },
  };
}

/** @returns null for a section that is dropped */
function rewriteSection(id: number, body: Uint8Array, context: ModuleContext): Uint8Array | null {
  switch (id) {
    case 0:
      return null; // custom sections: names and producers
    case SECTION.type:
      return writeTypes(context.types);
    case SECTION.import:
      return rewriteImports(body, context);
    case SECTION.memory:
      return rewriteMemory(context);
    case SECTION.global:
      return rewriteGlobals(body, context);
    case SECTION.export:
      return rewriteExports(body, context);
    case SECTION.start:
      return new WasmWriter().u32(context.remap(readU32(readerAt(body)))).finish();
    case SECTION.element:
      return rewriteElements(body, context);
    case SECTION.code:
      return rewriteCode(body, context);
    default:
      return body;
  }
}

function rewriteImports(body: Uint8Array, { importedCount, meterType, growType }: ModuleContext): Uint8Array {
  const rest = readerAt(body);
  readU32(rest);
  const out = new WasmWriter().u32(importedCount + ADDED_IMPORTS).bytes(body.subarray(rest.position));
  const added = { meter: meterType, grow: growType, load: meterType, pause: meterType };
  for (const [name, type] of Object.entries(added)) out.name("ratchet").name(name).byte(0).u32(type);
  return out.finish();
}

function rewriteGlobals(body: Uint8Array, { counterGlobal, pages }: ModuleContext): Uint8Array {
  const rest = readerAt(body);
  readU32(rest);
  return new WasmWriter()
    .u32(counterGlobal + 2)
    .bytes(body.subarray(rest.position))
    .byte(I32, 1, 0x41, 0, OPCODE.end)
    .byte(I32, 1, 0x41)
    .u32(pages) // below 64, so signed and unsigned LEB128 agree
    .byte(OPCODE.end)
    .finish();
}

function rewriteMemory({ options: { minimumPages, maximumPages }, pages }: ModuleContext): Uint8Array {
  return new WasmWriter().u32(1).byte(1).u32(Math.max(minimumPages, pages)).u32(maximumPages).finish();
}

function originalPages(body: Uint8Array): number {
  const reader = readerAt(body);
  if (readU32(reader) !== 1) throw new RangeError("the WebAssembly module has not exactly one memory");
  const flags = readByte(reader);
  if (flags > 1) throw new RangeError(`unknown WebAssembly memory flags ${flags}`);
  return readU32(reader);
}

function rewriteExports(body: Uint8Array, context: ModuleContext): Uint8Array {
  const reader = readerAt(body);
  const kept = new WasmWriter();
  let count = 2;
  const total = readU32(reader);
  for (let i = 0; i < total; i++) {
    const name = readVector(reader);
    const kind = readByte(reader);
    const index = readU32(reader);
    if (!context.options.keepExport(new TextDecoder().decode(name))) continue;
    kept
      .vector(name)
      .byte(kind)
      .u32(kind === 0 ? context.remap(index) : index);
    count += 1;
  }
  return new WasmWriter()
    .u32(count)
    .name(COUNTER_EXPORT)
    .byte(3)
    .u32(context.counterGlobal)
    .name(PAGES_EXPORT)
    .byte(3)
    .u32(context.counterGlobal + 1)
    .bytes(kept.finish())
    .finish();
}

function rewriteElements(body: Uint8Array, context: ModuleContext): Uint8Array {
  const reader = readerAt(body);
  const count = readU32(reader);
  const out = new WasmWriter().u32(count);
  for (let i = 0; i < count; i++) {
    const flags = readU32(reader);
    if (flags !== 0) throw new RangeError(`WebAssembly element segment with flags ${flags}`);
    const start = reader.position;
    while (nextInstruction(reader).opcode !== OPCODE.end);
    out.u32(flags).bytes(body.subarray(start, reader.position));
    const length = readU32(reader);
    out.u32(length);
    for (let j = 0; j < length; j++) out.u32(context.remap(readU32(reader)));
  }
  return out.finish();
}
