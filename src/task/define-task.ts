import type { Problem } from "../domain/problem.ts";
import type {
  Program,
  SchemaSource,
  SchemaValidator,
  TaskDefinition,
  TaskKind,
  TaskMetadata,
  TaskTest,
} from "../domain/task.ts";
import { formatSize } from "../lib/size.ts";
import { checksumOf } from "./checksum.ts";
import { taskInvalid } from "./failure.ts";
import { locate, readJson } from "./json-file.ts";
import { checkMetadata } from "./metadata.ts";
import { placed } from "./placed.ts";
import type { PreparedPrograms } from "./prepared/prepared-programs.ts";
import type { TaskFiles } from "./task-files.ts";
import { METADATA_FILE, WORKFLOW_FILE } from "./task-place.ts";

/** Maximum size of metadata.json, in bytes. It is read whenever tasks are listed, also those of strangers. */
const MAX_METADATA_BYTES = 4 * 1024 * 1024;

/** Reads metadata.json. Returns all problems, and the metadata unless one of them is an error. */
export async function readMetadata(files: TaskFiles): Promise<{ metadata?: TaskMetadata; problems: Problem[] }> {
  const file = files.name(METADATA_FILE);
  const bytes = await files.read(METADATA_FILE);
  if (bytes === undefined) {
    const remedy = "Write one with uuid, version, label and description.";
    return { problems: [{ severity: "error", file, message: `${METADATA_FILE} is missing.`, remedy }] };
  }
  if (bytes.length > MAX_METADATA_BYTES) {
    const message = `${METADATA_FILE} has more than ${formatSize(MAX_METADATA_BYTES)}.`;
    return { problems: [{ severity: "error", file, message, remedy: "Leave out what Ratchet doesn't read." }] };
  }
  const json = readJson(bytes, file);
  if ("problem" in json) return { problems: [json.problem] };
  const { metadata, findings } = checkMetadata(json.value);
  const problems = placed(files, METADATA_FILE, await locate(file, json.text, findings));
  return metadata === undefined ? { problems } : { metadata, problems };
}

/** What {@link defineTask} takes besides the files. */
export interface DefineOptions {
  /** Problems of the task's place. @default none */
  warnings?: readonly Problem[];
  /** Programs that were prepared earlier. @default none: the program is always prepared */
  prepared?: PreparedPrograms | undefined;
}

/**
 * Defines a task by its files. Only the metadata is read now; the rest is read on first use and then kept.
 * @throws {RatchetError} TASK_INVALID with all problems of the metadata; TASK_UNREADABLE
 */
export async function defineTask(files: TaskFiles, options: DefineOptions = {}): Promise<TaskDefinition> {
  const { warnings = [], prepared } = options;
  const { metadata, problems } = await readMetadata(files);
  if (metadata === undefined) throw taskInvalid(problems);
  let checksum: Promise<string> | undefined;
  let program: Promise<Program> | undefined;
  let input: Promise<SchemaValidator> | undefined;
  let output: Promise<SchemaValidator> | undefined;
  const sources = new Map<string, Promise<SchemaSource | undefined>>();
  let tests: Promise<{ tests: TaskTest[]; problems: Problem[] }> | undefined;
  return {
    metadata,
    kind: await kindOf(files),
    origin: files.origin,
    warnings: [...warnings, ...problems],
    checksum: () => {
      checksum ??= checksumOf(files);
      return checksum;
    },
    program: () => {
      program ??= import("./program/read-program.ts").then(({ readProgram }) => readProgram(files, prepared));
      return program;
    },
    async programText() {
      const { readProgramText } = await import("./program/read-program.ts");
      const { fileName, text } = await readProgramText(files);
      return { file: fileName, text };
    },
    readme: async () => (await import("./read-readme.ts")).readReadme(files),
    schema: (side) => {
      let source = sources.get(side);
      if (source === undefined) {
        source = readSource(files, `${side}.schema.json`);
        sources.set(side, source);
      }
      return source;
    },
    inputValidator: () => {
      input ??= readValidator(files, "input.schema.json");
      return input;
    },
    outputValidator: () => {
      output ??= readValidator(files, "output.schema.json");
      return output;
    },
    tests: () => {
      tests ??= import("./test-files.ts").then(({ readTests }) => readTests(files));
      return tests;
    },
  };
}

async function kindOf(files: TaskFiles): Promise<TaskKind> {
  if (files.program !== undefined) return "program";
  try {
    return (await files.read(WORKFLOW_FILE)) === undefined ? "program" : "workflow";
  } catch {
    // Reading the program says what is wrong with it.
    return "workflow";
  }
}

async function readSource(files: TaskFiles, path: string): Promise<SchemaSource | undefined> {
  const { readSchemaSource } = await import("./schema/read-schema.ts");
  const source = await readSchemaSource(files, path);
  if (source !== undefined && "problem" in source) throw taskInvalid([source.problem]);
  return source;
}

async function readValidator(files: TaskFiles, file: string): Promise<SchemaValidator> {
  const { readSchema } = await import("./schema/read-schema.ts");
  const { validator, problems } = await readSchema(files, file);
  if (validator === undefined) throw taskInvalid(problems);
  return validator;
}
