import { readByte, readU32, skipLeb, type WasmReader } from "./reader.ts";

/** Opcodes of the instructions that metering changes. */
export const OPCODE = {
  loop: 0x03,
  call: 0x10,
  returnCall: 0x12,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  refFunc: 0xd2,
  bulkPrefix: 0xfc,
  end: 0x0b,
} as const;

/** Sub-opcodes after {@link OPCODE.bulkPrefix} whose work grows with an operand. */
export const BULK = { memoryCopy: 10, memoryFill: 11 } as const;

/** A decoded instruction: its opcode, its sub-opcode after a prefix (-1 without one), and where its immediates start. */
export interface Instruction {
  opcode: number;
  sub: number;
  immediates: number;
}

/**
 * Decodes the instruction at the cursor and moves past its immediates. Knows the instructions that LLVM emits for C: MVP,
 * sign extension, saturating conversions, bulk memory, reference types, tail calls.
 * Source: WebAssembly core specification 2.0, section 5.4.
 * @throws {RangeError} for any other opcode
 */
export function nextInstruction(reader: WasmReader): Instruction {
  const at = reader.position;
  const opcode = readByte(reader);
  let sub = -1;
  let immediates = reader.position;
  if (opcode === OPCODE.bulkPrefix) {
    sub = readU32(reader);
    immediates = reader.position;
    skipBulkImmediates(reader, sub, at);
  } else {
    skipImmediates(reader, opcode, at);
  }
  return { opcode, sub, immediates };
}

function skipImmediates(reader: WasmReader, opcode: number, at: number): void {
  if (opcode >= 0x45 && opcode <= 0xc4) return; // numeric
  if (opcode >= 0x28 && opcode <= 0x3e) return skipTimes(reader, 2); // memory argument: alignment, offset
  if (opcode >= 0x20 && opcode <= 0x26) return skipLeb(reader); // variables and tables
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
    case 0xd1: // ref.is_null
      return;
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
    case 0x12: // return_call
    case 0x3f: // memory.size
    case 0x40: // memory.grow
    case 0x41: // i32.const
    case 0x42: // i64.const
    case 0xd0: // ref.null
    case 0xd2: // ref.func
      return skipLeb(reader);
    case 0x11: // call_indirect
    case 0x13: // return_call_indirect
      return skipTimes(reader, 2);
    case 0x0e: // br_table: the labels, then the default
      return skipTimes(reader, readU32(reader) + 1);
    case 0x1c: // select with types
      return skipTimes(reader, readU32(reader));
    case 0x43: // f32.const
      reader.position += 4;
      return;
    case 0x44: // f64.const
      reader.position += 8;
      return;
    default:
      throw new RangeError(`unknown WebAssembly opcode 0x${opcode.toString(16)} at byte ${at}`);
  }
}

function skipBulkImmediates(reader: WasmReader, sub: number, at: number): void {
  if (sub <= 7) return; // saturating conversions
  if (sub === 8 || sub === 10 || sub === 12 || sub === 14) return skipTimes(reader, 2);
  if (sub === 9 || sub === 11 || sub === 13 || (sub >= 15 && sub <= 17)) return skipLeb(reader);
  throw new RangeError(`unknown WebAssembly opcode 0xfc ${sub} at byte ${at}`);
}

function skipTimes(reader: WasmReader, times: number): void {
  for (let i = 0; i < times; i++) skipLeb(reader);
}
