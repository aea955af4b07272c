import { nextInstruction, OPCODE } from "./instructions.ts";
import { readerAt, readU32, readVector, skipLeb, WasmWriter } from "./reader.ts";

/** A function's body in two parts: the declarations of its locals, unchanged, and its instructions. */
export interface FunctionBody {
  locals: Uint8Array;
  instructions: Uint8Array;
}

/** Reads the bodies of a code section. */
export function readBodies(section: Uint8Array): FunctionBody[] {
  const reader = readerAt(section);
  return Array.from({ length: readU32(reader) }, () => {
    const body = readVector(reader);
    const inner = readerAt(body);
    const groups = readU32(inner);
    for (let i = 0; i < groups; i++) {
      skipLeb(inner);
      skipLeb(inner);
    }
    return { locals: body.subarray(0, inner.position), instructions: body.subarray(inner.position) };
  });
}

/** Writes a code section of complete bodies. */
export function writeBodies(bodies: readonly Uint8Array[]): Uint8Array {
  const out = new WasmWriter().u32(bodies.length);
  for (const body of bodies) out.vector(body);
  return out.finish();
}

/** Returns the indices of the functions that instructions refer to. */
export function calledFunctions(instructions: Uint8Array): number[] {
  const called: number[] = [];
  const reader = readerAt(instructions);
  while (reader.position < instructions.length) {
    const { opcode, immediates } = nextInstruction(reader);
    if (namesFunction(opcode)) called.push(readU32(readerAt(instructions, immediates)));
  }
  return called;
}

/** Renumbers the functions that instructions refer to. */
export function renumberCalls(instructions: Uint8Array, renumber: (index: number) => number): Uint8Array {
  const out = new WasmWriter();
  const reader = readerAt(instructions);
  while (reader.position < instructions.length) {
    const at = reader.position;
    const { opcode, immediates } = nextInstruction(reader);
    if (namesFunction(opcode)) out.byte(opcode).u32(renumber(readU32(readerAt(instructions, immediates))));
    else out.bytes(instructions.subarray(at, reader.position));
  }
  return out.finish();
}

function namesFunction(opcode: number): boolean {
  return opcode === OPCODE.call || opcode === OPCODE.returnCall || opcode === OPCODE.refFunc;
}
