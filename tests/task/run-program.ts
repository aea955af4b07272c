import type { RatchetError } from "../../src/domain/errors.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { readText } from "../../src/domain/shared-text.ts";
import type { Program } from "../../src/domain/task.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import { loadTask } from "../../src/task/load.ts";
import { ended, requestFor } from "../conformance/request.ts";
import { type Files, metadata, scratch } from "./scratch.ts";

/** Loads a task with these files beside metadata.json. */
export async function programOf(files: Files): Promise<Program> {
  using folder = scratch();
  folder.write({ "metadata.json": metadata(), ...files });
  return await (await loadTask(folder.path())).program();
}

/** What a program returns in the sandbox; its error when it fails. */
export async function runProgram(
  executor: Executor,
  program: Program,
  input: JsonValue,
): Promise<{ output: JsonValue } | { error: RatchetError }> {
  const outcome = ended(await executor.execute({ ...requestFor("", { input }), program }));
  if (outcome.status === "failed") return { error: outcome.error };
  return { output: JSON.parse(readText(outcome.outputJson)) as JsonValue };
}
