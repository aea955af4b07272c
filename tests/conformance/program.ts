import { expect } from "bun:test";
import type { ErrorCode } from "../../src/domain/errors.ts";
import type { GuestError } from "../../src/domain/guest-errors.ts";
import type { HttpSend } from "../../src/domain/http.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { readText } from "../../src/domain/shared-text.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import { describeRequest, echo, type Given, run } from "./request.ts";

/** What has to come out of a program. */
export type Expected =
  | { output: JsonValue }
  /** `guest` is matched in part. */
  | { fails: ErrorCode; message?: RegExp; guest?: Partial<GuestError>; data?: Record<string, JsonValue> };

/** One program of the conformance suite, as data: it can be run by any executor, after anything else. */
export type ConformanceProgram = Given &
  Expected & {
    name: string;
    code: string;
    /** Everything logged, as [level, message]. */
    logs?: [level: string, message: string][];
    /** Everything reported by `progress()`. */
    progress?: JsonValue[];
    /** Every request sent, in order, each matched in part. */
    sends?: JsonValue[];
  };

/** Programs about one thing. */
export interface ProgramGroup {
  title: string;
  programs: readonly ConformanceProgram[];
}

/** Runs a program and compares everything that came out. */
export async function check(executor: Executor, program: ConformanceProgram): Promise<void> {
  const { name: _, code, logs, progress, sends, ...given } = program;
  const seen = { logs: [] as [string, string][], progress: [] as JsonValue[], sends: [] as JsonValue[] };
  const answer: HttpSend = given.http ?? echo;
  const outcome = await run(executor, code, {
    ...given,
    http: (request, signal) => {
      seen.sends.push(describeRequest(request));
      return answer(request, signal);
    },
    onLog: ({ level, message }) => seen.logs.push([level, message]),
    onProgress: (value) => seen.progress.push(value),
  });
  if ("output" in program) {
    if (outcome.status === "failed") throw new Error(`failed with ${outcome.error.code}: ${outcome.error.message}`);
    expect(JSON.parse(readText(outcome.outputJson))).toEqual(program.output);
  } else {
    if (outcome.status === "completed") throw new Error(`completed with ${readText(outcome.outputJson).slice(0, 500)}`);
    const { error } = outcome;
    expect({ code: error.code, message: error.message }).toMatchObject({ code: program.fails });
    if (program.message !== undefined) expect(error.message).toMatch(program.message);
    if (program.guest !== undefined) expect(error.guest).toMatchObject(program.guest);
    if (program.data !== undefined) expect(error.data).toMatchObject(program.data);
  }
  if (logs !== undefined) expect(seen.logs).toEqual(logs);
  if (progress !== undefined) expect(seen.progress).toEqual(progress);
  if (sends !== undefined) {
    expect(seen.sends).toHaveLength(sends.length);
    expect(seen.sends).toMatchObject(sends as object);
  }
}
