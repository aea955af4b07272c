import type { JsonValue } from "../../domain/json.ts";
import type { Problem } from "../../domain/problem.ts";
import type { SchemaValidator } from "../../domain/task.ts";
import { type JsonFinding, locate, readJson } from "../json-file.ts";
import type { TaskFiles } from "../task-files.ts";
import { makeValidator } from "./make-validator.ts";

/**
 * Reads and compiles a schema file. A missing one accepts everything; `validate` warns of it.
 * @returns the validator unless an error was found, and everything found
 */
export async function readSchema(
  files: TaskFiles,
  path: string,
): Promise<{ validator?: SchemaValidator; problems: readonly Problem[]; isMissing: boolean }> {
  const bytes = await files.read(path);
  if (bytes === undefined) return { validator: acceptAll, problems: [], isMissing: true };
  const file = files.name(path);
  const json = readJson(bytes, file);
  if ("problem" in json) return { problems: [json.problem], isMissing: false };
  const findings: JsonFinding[] = [];
  const validator = await makeValidator(json.value, findings);
  const problems = await locate(file, json.text, findings);
  return { problems, isMissing: false, ...(validator === undefined ? {} : { validator }) };
}

function acceptAll(_value: JsonValue): [] {
  return [];
}
