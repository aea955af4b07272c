import type { JsonValue } from "../../domain/json.ts";
import type { Problem } from "../../domain/problem.ts";
import type { SchemaValidator } from "../../domain/task.ts";
import { type JsonFinding, locate, readJson } from "../json-file.ts";
import type { TaskFiles } from "../task-files.ts";
import { makeValidator } from "./make-validator.ts";

/**
 * Reads and compiles a schema file. A missing one accepts everything; `validate` warns of it.
 * @param options.hints warn of what is allowed and hardly meant, too @default false
 * @returns the validator unless an error was found, and everything found
 */
export async function readSchema(
  files: TaskFiles,
  path: string,
  options: { hints?: boolean } = {},
): Promise<{ validator?: SchemaValidator; problems: readonly Problem[]; isMissing: boolean }> {
  const bytes = await files.read(path);
  if (bytes === undefined) return { validator: acceptAll, problems: [], isMissing: true };
  const file = files.name(path);
  const json = readJson(bytes, file);
  if ("problem" in json) return { problems: [json.problem], isMissing: false };
  const findings: JsonFinding[] = [];
  const validator = await makeValidator(json.value, findings);
  if (options.hints) findings.push(...(await import("./schema-hints.ts")).schemaHints(json.value));
  const problems = await locate(file, json.text, findings);
  return { problems, isMissing: false, ...(validator === undefined ? {} : { validator }) };
}

function acceptAll(_value: JsonValue): [] {
  return [];
}
