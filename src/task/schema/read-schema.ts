import type { Problem } from "../../domain/problem.ts";
import type { SchemaSource, SchemaValidator } from "../../domain/task.ts";
import { defined } from "../../lib/defined.ts";
import { formatSize } from "../../lib/size.ts";
import { decodeUtf8, type JsonFinding, locate, readJsonText } from "../json-file.ts";
import { placed } from "../placed.ts";
import type { TaskFiles } from "../task-files.ts";
import { type BoundedValidator, makeValidator } from "./make-validator.ts";

/** Maximum size of a schema, in bytes. Compiling takes time proportional to it. */
export const MAX_SCHEMA_BYTES = 4 * 1024 * 1024;

/** Reads a schema file without parsing it. Returns undefined if the file does not exist. */
export async function readSchemaSource(
  files: TaskFiles,
  path: string,
): Promise<SchemaSource | { problem: Problem } | undefined> {
  const bytes = await files.read(path);
  if (bytes === undefined) return undefined;
  const file = files.name(path);
  if (bytes.length > MAX_SCHEMA_BYTES) {
    const message = `The schema is larger than ${formatSize(MAX_SCHEMA_BYTES)}.`;
    return { problem: { severity: "error", file, message, remedy: "Make it simpler." } };
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    const message = "The file is not valid UTF-8.";
    return { problem: { severity: "error", file, message, remedy: "Save it as UTF-8." } };
  }
  return { key: `${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")} ${file}`, file, text };
}

/**
 * Compiles the text of a schema file.
 * @param file name to report in problems
 * @returns all problems, and the validator unless one of them is an error
 */
export async function readSchemaText(
  text: string,
  file: string,
  options: { hints?: boolean } = {},
): Promise<{ validator?: BoundedValidator; problems: readonly Problem[] }> {
  const json = readJsonText(text, file);
  if ("problem" in json) return { problems: [json.problem] };
  const findings: JsonFinding[] = [];
  const validator = await makeValidator(json.value, findings);
  if (options.hints) findings.push(...(await import("./schema-hints.ts")).schemaHints(json.value));
  const problems = await locate(file, text, findings);
  return { problems, ...defined({ validator }) };
}

/**
 * Reads and compiles a schema file. A missing file accepts everything; `validate` warns about it.
 * @param options.hints also warn about things that are allowed but probably mistakes @default false
 * @returns all problems, and the validator unless one of them is an error
 */
export async function readSchema(
  files: TaskFiles,
  path: string,
  options: { hints?: boolean } = {},
): Promise<{ validator?: SchemaValidator; problems: readonly Problem[]; isMissing: boolean }> {
  const source = await readSchemaSource(files, path);
  if (source === undefined) return { validator: () => [], problems: [], isMissing: true };
  if ("problem" in source) return { problems: [source.problem], isMissing: false };
  const { problems, ...read } = await readSchemaText(source.text, source.file, options);
  return { ...read, problems: placed(files, path, problems), isMissing: false };
}
