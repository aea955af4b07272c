import { BULK, nextInstruction, OPCODE } from "./instructions.ts";
import {
  EMPTY_BLOCK,
  type FunctionType,
  I32,
  PREAMBLE_BYTES,
  readFunctionTypes,
  readSections,
  readTypes,
  requireFunctionImports,
  SECTION,
  section,
  typeIndex,
  writeTypes,
} from "./module-sections.ts";
import { readByte, readerAt, readU32, readVector, skipLeb, WasmWriter } from "./reader.ts";

/** What {@link meter} is told. */
export interface MeterOptions {
  /** Exports to keep; the rest is dropped, so that a module carries nothing nobody calls. */
  keepExport: (name: string) => boolean;
  /** Pages (64 KiB) that the memory really starts with; the guest sees those of the original module. */
  minimumPages: number;
  /** Declared maximum of the memory, in pages. */
  maximumPages: number;
}

/** Export name of the counter: an i32 global that falls with every loop turn; below zero the host is asked. */
export const COUNTER_EXPORT = "ratchet_counter";

/** Export name of the size of memory, in pages, that the guest believes in: an i32 global kept by the host. */
export const PAGES_EXPORT = "ratchet_pages";

/** What was rewritten, for the build's report and the tests. */
export interface MeterReport {
  loops: number;
  bulkOperations: number;
  memoryGrows: number;
}

/** `meter`, `grow`, `load`, `pause`. */
const ADDED_IMPORTS = 4;
/** One count of the meter pays for this many bytes of a bulk operation, as a power of two. */
const BULK_BYTES_SHIFT = 8;

/**
 * Rewrites a WebAssembly module so that nothing in it can run for long unseen, and memory grows only with the host's
 * consent:
 * - every loop turn and every bulk memory operation lowers a counter; when it falls below zero the import
 *   `ratchet.meter: () -> ()` is called, which refills the counter or ends the guest by throwing. When it leaves the counter
 *   below zero, the import `ratchet.pause: () -> ()` is called too, which may suspend the guest;
 * - an import `ratchet.load: () -> ()` is added for split.ts, which makes modules that load their other part;
 * - `memory.grow` becomes a call of the import `ratchet.grow: (pages) -> previous pages or -1`, and `memory.size` reads
 *   a global that the host keeps: a machine that is reset can so give its grown memory back without being rebuilt.
 *
 * A recursion without loops is bounded by the stack, so loops and bulk operations cover all unbounded work.
 * @throws {RangeError} when the module uses what the rewriter does not know
 */
export function meter(module: Uint8Array, options: MeterOptions): { module: Uint8Array; report: MeterReport } {
  const sections = readSections(module);
  const report: MeterReport = { loops: 0, bulkOperations: 0, memoryGrows: 0 };

  const types = readTypes(section(sections, SECTION.type));
  const meterType = typeIndex(types, [], []);
  const growType = typeIndex(types, [I32], [I32]);
  const imported = readerAt(section(sections, SECTION.import));
  const importedCount = readU32(imported);
  requireFunctionImports(imported, importedCount);
  const globals = readerAt(section(sections, SECTION.global));
  const globalCount = readU32(globals);

  const context: RewriteContext = {
    // The new imports come behind the existing ones, so every function defined in the module moves up by four.
    remap: (index) => (index < importedCount ? index : index + ADDED_IMPORTS),
    meterFunction: importedCount,
    growFunction: importedCount + 1,
    pauseFunction: importedCount + 3,
    counterGlobal: globalCount,
    functionTypes: readFunctionTypes(section(sections, SECTION.function)),
    types,
    report,
  };

  const out = new WasmWriter().bytes(module.subarray(0, PREAMBLE_BYTES));
  for (const { id, body } of sections) {
    const rewritten = rewriteSection(id, body);
    if (rewritten !== null) out.byte(id).vector(rewritten);
  }
  return { module: out.finish(), report };

  function rewriteSection(id: number, body: Uint8Array): Uint8Array | null {
    switch (id) {
      case 0:
        return null; // custom sections: names and producers
      case SECTION.type:
        return writeTypes(types);
      case SECTION.import: {
        const rest = readerAt(body);
        readU32(rest);
        return new WasmWriter()
          .u32(importedCount + ADDED_IMPORTS)
          .bytes(body.subarray(rest.position))
          .name("ratchet")
          .name("meter")
          .byte(0)
          .u32(meterType)
          .name("ratchet")
          .name("grow")
          .byte(0)
          .u32(growType)
          .name("ratchet")
          .name("load")
          .byte(0)
          .u32(meterType)
          .name("ratchet")
          .name("pause")
          .byte(0)
          .u32(meterType)
          .finish();
      }
      case SECTION.memory:
        return rewriteMemory(body, options);
      case SECTION.global:
        return new WasmWriter()
          .u32(globalCount + 2)
          .bytes(body.subarray(globals.position))
          .byte(I32, 1, 0x41, 0, OPCODE.end)
          .byte(I32, 1, 0x41)
          .u32(originalPages(section(sections, SECTION.memory))) // below 64, so signed and unsigned LEB128 agree
          .byte(OPCODE.end)
          .finish();
      case SECTION.export:
        return rewriteExports(body, options.keepExport, context);
      case SECTION.start: {
        return new WasmWriter().u32(context.remap(readU32(readerAt(body)))).finish();
      }
      case SECTION.element:
        return rewriteElements(body, context);
      case SECTION.code:
        return rewriteCode(body, context);
      default:
        return body;
    }
  }
}

interface RewriteContext {
  remap: (functionIndex: number) => number;
  meterFunction: number;
  growFunction: number;
  pauseFunction: number;
  counterGlobal: number;
  functionTypes: number[];
  types: FunctionType[];
  report: MeterReport;
}

function rewriteMemory(body: Uint8Array, { minimumPages, maximumPages }: MeterOptions): Uint8Array {
  const minimum = Math.max(minimumPages, originalPages(body));
  return new WasmWriter().u32(1).byte(1).u32(minimum).u32(maximumPages).finish();
}

function originalPages(body: Uint8Array): number {
  const reader = readerAt(body);
  if (readU32(reader) !== 1) throw new RangeError("the WebAssembly module has not exactly one memory");
  const flags = readByte(reader);
  if (flags > 1) throw new RangeError(`unknown WebAssembly memory flags ${flags}`);
  return readU32(reader);
}

function rewriteExports(body: Uint8Array, keep: (name: string) => boolean, context: RewriteContext): Uint8Array {
  const reader = readerAt(body);
  const kept = new WasmWriter();
  let count = 2;
  const total = readU32(reader);
  for (let i = 0; i < total; i++) {
    const name = readVector(reader);
    const kind = readByte(reader);
    const index = readU32(reader);
    if (!keep(new TextDecoder().decode(name))) continue;
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

function rewriteElements(body: Uint8Array, context: RewriteContext): Uint8Array {
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

function rewriteCode(body: Uint8Array, context: RewriteContext): Uint8Array {
  const reader = readerAt(body);
  const count = readU32(reader);
  const out = new WasmWriter().u32(count);
  for (let i = 0; i < count; i++) {
    const type = context.types[context.functionTypes[i] ?? -1];
    if (type === undefined) throw new RangeError(`WebAssembly function ${i} has no type`);
    out.vector(rewriteFunction(readVector(reader), type.parameters.length, context));
  }
  return out.finish();
}

function rewriteFunction(body: Uint8Array, parameters: number, context: RewriteContext): Uint8Array {
  const reader = readerAt(body);
  const groups = readU32(reader);
  const groupsStart = reader.position;
  let locals = parameters;
  for (let i = 0; i < groups; i++) {
    locals += readU32(reader);
    skipLeb(reader);
  }
  // One more local, for the length of a bulk operation while the counter is charged.
  const out = new WasmWriter()
    .u32(groups + 1)
    .bytes(body.subarray(groupsStart, reader.position))
    .u32(1)
    .byte(I32);

  while (reader.position < body.length) {
    const at = reader.position;
    const { opcode, sub, immediates } = nextInstruction(reader);
    const copy = body.subarray(at, reader.position);
    if (opcode === OPCODE.call || opcode === OPCODE.returnCall || opcode === OPCODE.refFunc) {
      out.byte(opcode).u32(context.remap(readU32(readerAt(body, immediates))));
    } else if (opcode === OPCODE.memoryGrow) {
      context.report.memoryGrows += 1;
      out.byte(OPCODE.call).u32(context.growFunction);
    } else if (opcode === OPCODE.memorySize) {
      out.byte(0x23).u32(context.counterGlobal + 1); // global.get
    } else if (opcode === OPCODE.loop) {
      context.report.loops += 1;
      out.bytes(copy);
      charge(out, context, () => out.byte(0x41, 1)); // i32.const 1
    } else if (opcode === OPCODE.bulkPrefix && (sub === BULK.memoryCopy || sub === BULK.memoryFill)) {
      context.report.bulkOperations += 1;
      out.byte(0x22).u32(locals); // local.tee: the length stays on the stack
      // local.get, i32.const, i32.shr_u
      charge(out, context, () => out.byte(0x20).u32(locals).byte(0x41, BULK_BYTES_SHIFT, 0x76));
      out.bytes(copy);
    } else {
      out.bytes(copy);
    }
  }
  return out.finish();
}

/** Emits: counter -= amount; if (counter < 0) { meter(); if (counter < 0) pause() }. Leaves the operand stack as it was. */
function charge(out: WasmWriter, context: RewriteContext, amount: () => void): void {
  out.byte(0x23).u32(context.counterGlobal); // global.get
  amount();
  out.byte(0x6b, 0x24).u32(context.counterGlobal); // i32.sub, global.set
  const ifBelowZero = () => out.byte(0x23).u32(context.counterGlobal).byte(0x41, 0, 0x48, 0x04, EMPTY_BLOCK); // global.get, i32.const 0, i32.lt_s, if
  ifBelowZero().byte(OPCODE.call).u32(context.meterFunction);
  ifBelowZero().byte(OPCODE.call).u32(context.pauseFunction).byte(OPCODE.end, OPCODE.end);
}
