import type { JsonValue } from "../../domain/json.ts";
import type { Problem } from "../../domain/problem.ts";
import type { TaskMetadata } from "../../domain/task.ts";
import { decodeUtf8 } from "../json-file.ts";
import { makeValidator } from "../schema/make-validator.ts";
import type { TaskFiles } from "../task-files.ts";
import { type CalledFrom, checkCalls, type KnownTasks } from "./check-calls.ts";
import { knownBy } from "./known-values.ts";
import { readWorkflow } from "./read-workflow.ts";

/**
 * Returns all problems of a workflow file.
 * @param tasks those that it may call. @default none are known
 */
export async function validateWorkflow(
  files: TaskFiles,
  { fileName, text }: { fileName: string; text: string },
  metadata: TaskMetadata | undefined,
  tasks: KnownTasks = { find: async () => undefined },
): Promise<Problem[]> {
  const file = files.name(fileName);
  const { workflow, problems } = await readWorkflow(text, file);
  if (workflow === undefined) return problems;
  const inputSchema = await readOwnSchema(files, "input.schema.json");
  const output = await readOutputSchema(files);
  return [...problems, ...(await checkCalls({ workflow, file, metadata, inputSchema, output }, tasks))];
}

async function readOutputSchema(files: TaskFiles): Promise<CalledFrom["output"]> {
  const schema = await readOwnSchema(files, "output.schema.json");
  if (schema === undefined) return undefined;
  const validator = await makeValidator(schema, []);
  return validator && { known: knownBy(schema), validator };
}

async function readOwnSchema(files: TaskFiles, path: string): Promise<JsonValue | undefined> {
  const bytes = await files.read(path);
  const text = bytes && decodeUtf8(bytes);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  } catch {
    // Its own check reports that.
    return undefined;
  }
}
