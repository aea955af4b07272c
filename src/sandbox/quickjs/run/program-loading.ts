import type { GuestError } from "../../../domain/guest-errors.ts";
import type { Program } from "../../../domain/task.ts";
import type { EngineFailure } from "../../engine/engine-request.ts";
import type { EntryPoints } from "../machine/image.ts";
import type { Machine } from "../machine/machine.ts";
import { callGuest, keepText, readString } from "../machine/values.ts";
import { readGuestFailure } from "./guest-failure.ts";

/** A program that does not load. `failure` says why. */
export class ProgramRefused extends Error {
  override readonly name = "ProgramRefused";
  constructor(readonly failure: EngineFailure) {
    super(failure.message);
  }
}

/**
 * Evaluates a program in a machine and binds the task's function.
 * @throws {ProgramRefused} if it has a syntax error, throws, or defines no function
 */
export async function loadProgram(machine: Machine, entries: EntryPoints, program: Program): Promise<void> {
  const { exports } = machine;
  const source = keepText(machine, program.code);
  const fileName = keepText(machine, program.fileName);
  const completion = await machine.evaluate(source.pointer, source.length, fileName.pointer, 0);
  if (exports.qjs_is_exception(completion) !== 0) {
    const handle = await callGuest(machine, entries.describe, [exports.qjs_get_exception()]);
    throw programFailure(program, readString(machine, handle)?.text ?? "");
  }
  exports.wasm_free(source.pointer);
  const problem = readString(machine, await callGuest(machine, entries.bind, [completion]))?.text;
  if (problem !== "") {
    throw new ProgramRefused({
      code: "TASK_INVALID",
      message: `${program.fileName}: ${problem ?? "the program could not be bound"}`,
      data: { file: program.fileName },
    });
  }
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
