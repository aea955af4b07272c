import type { JsonValue } from "../../domain/json.ts";
import type { Problem } from "../../domain/problem.ts";
import type { SchemaValidator } from "../../domain/task.ts";
import { readJson } from "../json-file.ts";
import type { TaskFiles } from "../task-files.ts";

export async function readSchema(
  files: TaskFiles,
  file: string,
): Promise<{ validator?: SchemaValidator; problems: readonly Problem[] }> {
  const bytes = await files.read(file);
  if (bytes === undefined) return { validator: () => [], problems: [] };
  const json = readJson(bytes, files.name(file));
  if ("problem" in json) return { problems: [json.problem] };
  const { Compile } = await import("typebox/schema");
  const compiled = Compile(json.value as Record<string, unknown>);
  const validator = (value: JsonValue) => {
    if (compiled.Check(value)) return [];
    return compiled.Errors(value)[1].map((error) => ({ pointer: error.instancePath, message: error.message }));
  };
  return { validator, problems: [] };
}
