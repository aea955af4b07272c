import type { GuestError } from "../../../domain/guest-errors.ts";
import type { CompiledForms, Program } from "../../../domain/task.ts";
import type { EngineFailure } from "../../engine/engine-request.ts";
import { LOADING_FAILED, STILL_LOADING } from "../../host-operations.ts";
import type { EntryPoints } from "../machine/image.ts";
import type { Machine } from "../machine/machine.ts";
import { allocate, callGuest, keepBytes, keepText, readString } from "../machine/values.ts";
import { readGuestFailure } from "./guest-failure.ts";

/** Name under which the engine's bytecode is kept. */
const BYTECODE = "quickjs-bytecode";

/** A program that does not load. `failure` says why. */
export class ProgramRefused extends Error {
  override readonly name = "ProgramRefused";
  constructor(readonly failure: EngineFailure) {
    super(failure.message);
  }
}

/**
 * Evaluates a program in a machine and binds the task's function.
 * @param source.compile evaluate bytecode, and keep it, if the program has a place for it
 * @returns false if the program still waits for something at its top level
 * @throws {ProgramRefused} if it has a syntax error, throws, or defines no function
 */
export async function loadProgram(
  machine: Machine,
  entries: EntryPoints,
  { program, compile }: { program: Program; compile: boolean },
): Promise<boolean> {
  const { exports } = machine;
  const completion = await (program.compiled === undefined || !compile
    ? evaluateSource(machine, program)
    : evaluateCompiled(machine, program, program.compiled));
  if (completion === undefined || exports.qjs_is_exception(completion) !== 0) {
    const handle = await callGuest(machine, entries.describe, [exports.qjs_get_exception()]);
    throw programFailure(program, readString(machine, handle)?.text ?? "");
  }
  return isLoaded(program, readString(machine, await callGuest(machine, entries.bind, [completion]))?.text);
}

/**
 * Reads what the guest says about the program that it loads.
 * @returns false if the program still waits for something
 * @throws {ProgramRefused} if it has failed, or defines no function
 */
export function isLoaded(program: Program, state: string | undefined): boolean {
  if (state === "") return true;
  if (state?.startsWith(STILL_LOADING)) return false;
  if (state?.startsWith(LOADING_FAILED)) throw programFailure(program, state.slice(LOADING_FAILED.length));
  throw new ProgramRefused({
    code: "TASK_INVALID",
    message: `${program.fileName}: ${state ?? "the program could not be bound"}`,
    data: { file: program.fileName },
  });
}

async function evaluateSource(machine: Machine, { code, fileName }: Program): Promise<number> {
  const source = keepText(machine, code);
  const completion = await machine.evaluate(source.pointer, source.length, keepText(machine, fileName).pointer, 0);
  machine.exports.wasm_free(source.pointer);
  return completion;
}

/**
 * Evaluates a program in compiled form, and compiles it only if it was never compiled. Bytecode is not trusted any more
 * than a program is: it runs inside WebAssembly with the same limits, whatever is in it.
 * @returns undefined if the program can't be compiled, after an exception
 */
async function evaluateCompiled(
  machine: Machine,
  program: Program,
  compiled: CompiledForms,
): Promise<number | undefined> {
  let bytecode = compiled.read(BYTECODE);
  if (bytecode === undefined) {
    bytecode = await compile(machine, program);
    if (bytecode === undefined) return undefined;
    compiled.keep(BYTECODE, bytecode);
  }
  const pointer = keepBytes(machine, bytecode);
  const completion = await machine.evaluateBytecode(pointer, bytecode.length);
  machine.exports.wasm_free(pointer);
  return completion;
}

async function compile(machine: Machine, { code, fileName }: Program): Promise<Uint8Array | undefined> {
  const { exports } = machine;
  const [source, name] = [keepText(machine, code), keepText(machine, fileName)];
  const lengthOut = allocate(machine, 4);
  const pointer = await machine.compile(source.pointer, source.length, name.pointer, 0, 0, lengthOut);
  exports.wasm_free(source.pointer);
  if (pointer === 0) return undefined;
  const bytecode = machine.bytes.slice(
    pointer,
    pointer + new DataView(exports.memory.buffer).getUint32(lengthOut, true),
  );
  exports.wasm_free(pointer);
  return bytecode;
}

/** Returns the error for a program whose top level failed. @param json the guest's description of the error */
export function programFailure(program: Program, json: string): ProgramRefused {
  // The engine may have had no memory left to describe the error.
  const error: GuestError = readGuestFailure(json)?.error ?? {
    name: "Error",
    message: "the program failed while loading",
  };
  // Frames of code that the program created itself, whose file is `<input>`, don't count.
  const [, file = program.fileName, line] = /^ *at (?:.* \()?([^()<>]*?):(\d+):\d+\)?$/m.exec(error.stack ?? "") ?? [];
  const where = line === undefined ? file : `${file}:${line}`;
  return new ProgramRefused({
    code: error.name === "SyntaxError" ? "TASK_INVALID" : "TASK_FAILED",
    message: `${where}: ${error.name}: ${error.message}`,
    data: line === undefined ? { file } : { file, line: Number(line) },
    guest: error,
  });
}
