import { RatchetError } from "../domain/errors.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Problem } from "../domain/problem.ts";
import type { Program, SchemaSource, SchemaViolation, TaskMetadata, TaskTest } from "../domain/task.ts";
import { defined } from "../lib/defined.ts";
import { absentDependencies } from "./absent-dependencies.ts";
import { callableTasks } from "./callable-tasks.ts";
import { readMetadata } from "./define-task.ts";
import { findDuplicates } from "./duplicates.ts";
import { problemsOf } from "./failure.ts";
import { decodeUtf8, type JsonFinding, locate, readJson } from "./json-file.ts";
import { loadCollection, loadTask } from "./load.ts";
import { placed } from "./placed.ts";
import { absentModules } from "./program/absent-modules.ts";
import { engineGaps } from "./program/engine-gaps.ts";
import { findAbsentGlobals } from "./program/find-absent-globals.ts";
import { missingFunction } from "./program/find-function.ts";
import { type ProgramSource, readProgram, readProgramText, readSource } from "./program/read-program.ts";
import { readSchemaSource, readSchemaText } from "./schema/read-schema.ts";
import type { TaskFiles } from "./task-files.ts";
import { membersOf, openPlace, type TaskPlace } from "./task-place.ts";
import { splitSelector } from "./task-selector.ts";
import { readTests } from "./test-files.ts";
import type { KnownTasks } from "./workflow/check-calls.ts";

/** The result of validating one task. */
export interface TaskReport {
  origin: string;
  /** Missing when metadata.json is invalid. */
  metadata?: TaskMetadata;
  problems: Problem[];
}

/** The result of validating a path. */
export interface ValidationReport {
  /** The path as the user named it. */
  origin: string;
  isCollection: boolean;
  tasks: TaskReport[];
  /** All problems of the tasks, and of the collection as a whole. */
  problems: Problem[];
}

/**
 * Checks a task, or every task of a collection, and reports all problems at once. A task without a problem of severity
 * "error" is valid. The code of a task is never run.
 * @throws {RatchetError} when nothing can be read at all: TASK_NOT_FOUND, TASK_UNREADABLE
 */
export async function validateTask(given: string): Promise<ValidationReport> {
  const { path, label } = splitSelector(given);
  if (label !== undefined) {
    // Selects the task by its metadata; the rest of it may be invalid.
    const { origin } = await loadTask(path, { label });
    return validateMember(given, path, origin);
  }
  let place: TaskPlace;
  try {
    place = await openPlace(path);
  } catch (error) {
    if (!(error instanceof RatchetError) || error.code !== "TASK_INVALID") throw error;
    const problems = [...problemsOf(path, error)];
    return { origin: path, isCollection: false, tasks: [{ origin: path, problems }], problems };
  }
  const tasks: TaskReport[] = [];
  const known = tasksAround(given, place.kind === "collection");
  for (const member of membersOf(place)) {
    try {
      tasks.push(await validateFiles(await member.open(), SCHEMAS_HERE, known));
    } catch (error) {
      tasks.push({ origin: member.origin, problems: [...problemsOf(member.origin, error)] });
    }
  }
  const named = tasks.flatMap(({ origin, metadata }) => (metadata === undefined ? [] : [{ origin, metadata }]));
  const problems = [...place.warnings, ...tasks.flatMap((task) => task.problems), ...findDuplicates(named)];
  return { origin: path, isCollection: place.kind === "collection", tasks, problems };
}

/** The tasks that a workflow may call: those of its collection, or of the folder around it, where it may also call others. */
function tasksAround(given: string, isCollection: boolean): KnownTasks {
  let loading: Promise<readonly string[]> | undefined;
  const labels = () => {
    loading ??= loadCollection(splitSelector(given).path).then((found) =>
      found.tasks.map((task) => task.metadata.label),
    );
    return loading;
  };
  const find = callableTasks(given);
  return isCollection ? { find, labels } : { find, around: () => find.labels() };
}

/** Checks one task of a collection. */
async function validateMember(given: string, path: string, origin: string): Promise<ValidationReport> {
  const place = await openPlace(path);
  const tasks: TaskReport[] = [];
  for (const member of membersOf(place)) {
    if (origin !== member.origin && !origin.startsWith(`${member.origin}!`)) continue;
    tasks.push(await validateFiles(await member.open(), SCHEMAS_HERE, tasksAround(given, true)));
  }
  return { origin: given, isCollection: false, tasks, problems: tasks.flatMap(({ problems }) => problems) };
}

/** Compiles and applies schemas. A server does this on another thread. */
export interface SchemaWork {
  /** Returns all problems of a schema, including hints. */
  problems(source: SchemaSource): Promise<readonly Problem[]>;
  violations(source: SchemaSource, value: JsonValue): Promise<readonly SchemaViolation[]>;
}

const SCHEMAS_HERE: SchemaWork = {
  problems: async ({ text, file }) => (await readSchemaText(text, file, { hints: true })).problems,
  violations: async ({ text, file }, value) => (await readSchemaText(text, file)).validator?.(value) ?? [],
};

/**
 * Returns all problems of one task. One problem never hides another. The task's code is never run.
 * @param tasks those that a workflow may call. @default none are known
 */
export async function validateFiles(
  files: TaskFiles,
  schemas: SchemaWork = SCHEMAS_HERE,
  tasks?: KnownTasks,
): Promise<TaskReport> {
  const problems: Problem[] = [];
  const attempt = async <T>(step: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await step();
    } catch (error) {
      problems.push(...problemsOf(files.origin, error));
      return undefined;
    }
  };
  const metadata = await attempt(() => readMetadata(files));
  problems.push(...(metadata?.problems ?? []));
  await attempt(async () => {
    problems.push(...(await programProblems(files, { attempt, metadata: metadata?.metadata, tasks })));
  });
  await attempt(async () => {
    if (metadata?.metadata === undefined || tasks === undefined) return;
    problems.push(...(await absentDependencies(files, metadata.metadata, tasks)));
  });
  await attempt(async () => {
    problems.push(...(await findGaps(files)));
  });
  const input = await attempt(() => validateSchema(files, "input.schema.json", schemas, problems));
  const output = await attempt(() => validateSchema(files, "output.schema.json", schemas, problems));
  const tests = await attempt(() => readTests(files));
  problems.push(...(tests?.problems ?? []));
  for (const test of tests?.tests ?? []) {
    await attempt(async () => {
      const takesRows = metadata?.metadata?.stream === true;
      problems.push(...(await validateTest(files, test, schemas, { input, output, takesRows })));
    });
  }
  return { origin: files.origin, problems, ...defined({ metadata: metadata?.metadata }) };
}

/** What the check of a program needs. */
interface ProgramCheck {
  attempt<T>(step: () => Promise<T>): Promise<T | undefined>;
  metadata: TaskMetadata | undefined;
  tasks: KnownTasks | undefined;
}

async function programProblems(files: TaskFiles, { attempt, metadata, tasks }: ProgramCheck): Promise<Problem[]> {
  const text = await readProgramText(files);
  if (text.language === "yaml") {
    const { validateWorkflow } = await import("./workflow/validate-workflow.ts");
    return validateWorkflow(files, text, metadata, tasks);
  }
  const source = await readSource(files, text);
  const missing = await missingFunction(source, files.name(source.fileName));
  // A program that can't be bundled still has a text.
  const program = (await attempt(() => readProgram(files))) ?? programOfText(source);
  const absent = await findAbsentGlobals(program, (path) => files.name(path));
  return missing === undefined ? absent : [missing, ...absent];
}

function programOfText({ fileName, source }: ProgramSource): Program {
  return { id: "", code: source.text, fileName };
}

/** Finds uses of missing platform features and modules. Packages are skipped, because they often work without the feature. */
async function findGaps(files: TaskFiles): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const path of await files.list()) {
    if (!/\.[cm]?[jt]s$/.test(path) || /(?:^|\/)node_modules\/|^tests\//.test(path)) continue;
    const bytes = await files.read(path);
    const text = bytes === undefined ? undefined : decodeUtf8(bytes);
    if (text === undefined) continue;
    problems.push(...engineGaps(text, files.name(path)));
    problems.push(...absentModules(text, path.endsWith("ts") ? "ts" : "js", files.name(path)));
  }
  return problems;
}

/** The schemas of a task that exist and are valid. */
interface ValidSchemas {
  input: SchemaSource | undefined;
  output: SchemaSource | undefined;
  /** The input schema is that of the rows of a list. */
  takesRows: boolean;
}

/** @returns the schema if it exists and is valid */
async function validateSchema(
  files: TaskFiles,
  path: string,
  schemas: SchemaWork,
  problems: Problem[],
): Promise<SchemaSource | undefined> {
  const source = await readSchemaSource(files, path);
  if (source === undefined) {
    // A single file needs no schemas.
    if (files.program !== undefined) return undefined;
    const what = path.startsWith("input") ? "Every input is accepted" : "Every output is accepted";
    const message = `${path} is missing. ${what}.`;
    problems.push({ severity: "warning", file: files.name(path), message, remedy: "Create it, if only with {}." });
    return undefined;
  }
  const found = "problem" in source ? [source.problem] : await schemas.problems(source);
  problems.push(...placed(files, path, found));
  return "problem" in source || found.some(({ severity }) => severity === "error") ? undefined : source;
}

/** Checks a test's input and expected output against the schemas. A test that expects an error may have any input. */
async function validateTest(
  files: TaskFiles,
  test: TaskTest,
  schemas: SchemaWork,
  { input, output, takesRows }: ValidSchemas,
): Promise<Problem[]> {
  const { expected } = test;
  if (expected === undefined || "error" in expected) return [];
  const findings: JsonFinding[] = [];
  const report = (name: string, schema: string, violations: readonly SchemaViolation[]) => {
    for (const { pointer, message } of violations) {
      const subject = `The ${name === "input" ? "input" : "expected output"} does not match ${schema}`;
      const remedy = `Fix the test or ${schema}.`;
      findings.push({
        severity: "error",
        pointer: `/${name}${pointer}`,
        message: `${subject}: it ${message}.`,
        remedy,
      });
    }
  };
  const ofItems = async (schema: SchemaSource, items: readonly JsonValue[]) => {
    const found: SchemaViolation[] = [];
    for (const [index, item] of items.entries()) {
      for (const one of await schemas.violations(schema, item))
        found.push({ ...one, pointer: `/${index}${one.pointer}` });
    }
    return found;
  };
  if (input !== undefined) {
    const isList = takesRows && Array.isArray(test.input);
    const found = isList
      ? await ofItems(input, test.input as JsonValue[])
      : await schemas.violations(input, test.input);
    report("input", "input.schema.json", found);
  }
  if (output !== undefined && "output" in expected) {
    const found = await schemas.violations(output, expected.output);
    // The output of a stream is the list of its items, and only a run shows whether there is one.
    const isStream =
      found.length > 0 && Array.isArray(expected.output) && (await ofItems(output, expected.output)).length === 0;
    if (!isStream) report("expected_output", "output.schema.json", found);
  }
  if (findings.length === 0) return [];
  const bytes = await files.read(`tests/${test.name}.json`);
  const json = bytes === undefined ? undefined : readJson(bytes, test.file);
  return json !== undefined && "text" in json ? await locate(test.file, json.text, findings) : [];
}
