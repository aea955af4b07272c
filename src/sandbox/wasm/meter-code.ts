import { BULK, nextInstruction, OPCODE } from "./instructions.ts";
import { EMPTY_BLOCK, type FunctionType, I32 } from "./module-sections.ts";
import { readerAt, readU32, readVector, skipLeb, WasmWriter } from "./reader.ts";

/** What was rewritten, for the report of the build and for tests. */
export interface MeterReport {
  loops: number;
  bulkOperations: number;
  memoryGrows: number;
}

/** One count of the meter stands for this many bytes of a bulk operation, as a power of two. */
const BULK_BYTES_SHIFT = 8;

/** What rewriting code needs to know about its module. */
export interface CodeContext {
  remap: (functionIndex: number) => number;
  meterFunction: number;
  growFunction: number;
  pauseFunction: number;
  counterGlobal: number;
  functionTypes: number[];
  types: FunctionType[];
  report: MeterReport;
}

/** Rewrites the code section, as meter.ts describes. */
export function rewriteCode(body: Uint8Array, context: CodeContext): Uint8Array {
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

function rewriteFunction(body: Uint8Array, parameters: number, context: CodeContext): Uint8Array {
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
function charge(out: WasmWriter, context: CodeContext, amount: () => void): void {
  out.byte(0x23).u32(context.counterGlobal); // global.get
  amount();
  out.byte(0x6b, 0x24).u32(context.counterGlobal); // i32.sub, global.set
  const ifBelowZero = () => out.byte(0x23).u32(context.counterGlobal).byte(0x41, 0, 0x48, 0x04, EMPTY_BLOCK); // global.get, i32.const 0, i32.lt_s, if
  ifBelowZero().byte(OPCODE.call).u32(context.meterFunction);
  ifBelowZero().byte(OPCODE.call).u32(context.pauseFunction).byte(OPCODE.end, OPCODE.end);
}
