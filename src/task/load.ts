import { RatchetError } from "../domain/errors.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Program, SchemaValidator, TaskDefinition, TaskMetadata } from "../domain/task.ts";
import { directoryFiles } from "./directory.ts";
import type { TaskFiles } from "./task-files.ts";

/**
 * Loads a task from a directory.
 * @throws {RatchetError} TASK_NOT_FOUND, TASK_UNREADABLE, TASK_INVALID
 */
export async function loadTask(path: string, _options: { label?: string } = {}): Promise<TaskDefinition> {
  return defineTask(directoryFiles(path));
}

async function defineTask(files: TaskFiles): Promise<TaskDefinition> {
  const metadata = JSON.parse(await text(files, "metadata.json")) as TaskMetadata;
  let program: Promise<Program> | undefined;
  const validators = new Map<string, Promise<SchemaValidator>>();
  const validator = (file: string) => {
    const known = validators.get(file) ?? schema(files, file);
    validators.set(file, known);
    return known;
  };
  return {
    metadata,
    origin: files.origin,
    warnings: [],
    checksum: async () => new Bun.CryptoHasher("sha256").update(files.origin).digest("hex"),
    program: () => {
      program ??= readProgram(files);
      return program;
    },
    inputValidator: () => validator("input.schema.json"),
    outputValidator: () => validator("output.schema.json"),
    tests: async () => ({ tests: [], problems: [] }),
  };
}

async function readProgram(files: TaskFiles): Promise<Program> {
  const source = await text(files, "main.js");
  const code = /^\s*(async\s+)?function\s*\(/.test(source) ? `0,${source}` : source;
  return { id: new Bun.CryptoHasher("sha256").update(code).digest("hex"), code, fileName: "main.js" };
}

async function schema(files: TaskFiles, file: string): Promise<SchemaValidator> {
  const { Compile } = await import("typebox/schema");
  const compiled = Compile(JSON.parse(await text(files, file)) as Record<string, unknown>);
  return (value: JsonValue) => {
    if (compiled.Check(value)) return [];
    return compiled.Errors(value)[1].map((error) => ({ pointer: error.instancePath, message: error.message }));
  };
}

async function text(files: TaskFiles, file: string): Promise<string> {
  const bytes = await files.read(file);
  if (bytes === undefined) {
    throw new RatchetError("TASK_NOT_FOUND", `${files.name(file)} is missing.`, { remedy: "Check the path." });
  }
  return new TextDecoder().decode(bytes);
}
