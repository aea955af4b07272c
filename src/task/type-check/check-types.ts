import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Problem } from "../../domain/problem.ts";
import { GUEST_TYPES_FILE, guestTypes } from "../guest-types/guest-types.ts";
import { WORKFLOW_FILE } from "../task-place.ts";
import { findCompiler, isTooOld } from "./find-compiler.ts";
import { type CheckedProgram, projectConfig } from "./project-config.ts";
import { type Diagnostic, runCompiler } from "./run-compiler.ts";

/** A task whose types are to be checked. */
export interface TypeCheck {
  /** Location of the task as the user would write it. */
  origin: string;
  /** Folder of the collection that the task is in. */
  collection: string | undefined;
  /** What was found so far. */
  problems: readonly Problem[];
}

/** The result of a check. */
export interface TypeCheckResult {
  /** What the compiler found. */
  problems: Problem[];
  /** Warnings that were known before, and that one of `problems` reports as an error now. */
  replaced: readonly Problem[];
  /** Version of the compiler; undefined if nothing was checked. */
  typescript: string | undefined;
}

const INSTALL = "npm install --save-dev typescript";
/** Codes for names that are not declared. */
const UNKNOWN_NAME = /^TS(?:2304|2552|2580|2582|2583|2584|2591|2592)$/;
/** A function without a name is a program for Ratchet, but not for TypeScript. */
const BARE_FUNCTION = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:async\s+)?function\s*\*?\s*\(/;

/**
 * Checks the types of one task with the package `typescript` that is installed next to it, in a process of its own. This runs
 * code of that package, and no code of the task.
 */
export async function checkTypes({ origin, collection, problems }: TypeCheck): Promise<TypeCheckResult> {
  const program = programAt(origin, collection);
  if ("message" in program) return unchecked(origin, program);
  // A workflow has no types.
  if (program.file === undefined && existsSync(join(program.folder, WORKFLOW_FILE))) {
    return { problems: [], replaced: [], typescript: undefined };
  }
  const compiler = findCompiler(program.folder);
  if (compiler === undefined) {
    const message = "The types are not checked: the package typescript is not installed next to the task.";
    return unchecked(origin, { message, remedy: `Type \`${INSTALL}\` in ${installFolder(program)}.` });
  }
  if (isTooOld(compiler)) {
    const message = `The types are not checked: typescript ${compiler.version} is too old, 5.0 is needed.`;
    return unchecked(origin, { message, remedy: `Type \`${INSTALL}@latest\` in ${installFolder(program)}.` });
  }
  const written = mkdtempSync(join(tmpdir(), "ratchet-types-"));
  try {
    const { defaults, config, own } = projectConfig(program, written, compiler.version);
    writeFileSync(join(written, "defaults.json"), JSON.stringify(defaults));
    writeFileSync(join(written, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(join(written, GUEST_TYPES_FILE), guestTypes());
    const { diagnostics, failure } = await runCompiler(compiler, join(written, "tsconfig.json"));
    if (failure !== undefined) {
      const message = `The types are not checked: typescript ${compiler.version} ${failure.reason}`;
      return unchecked(origin, { message, remedy: failure.remedy });
    }
    const found = diagnostics.flatMap((diagnostic) => problemOf(diagnostic, { origin, program, written, own }));
    return { ...joined(withoutRepetition(found, problems), problems), typescript: compiler.version };
  } finally {
    rmSync(written, { recursive: true, force: true });
  }
}

function unchecked(file: string, why: Pick<Problem, "message" | "remedy">): TypeCheckResult {
  return { problems: [{ severity: "error", file, ...why }], replaced: [], typescript: undefined };
}

/** Finds out what to check. @returns why it is nothing whose types can be checked */
function programAt(
  origin: string,
  collection: string | undefined,
): CheckedProgram | Pick<Problem, "message" | "remedy"> {
  const path = resolve(origin);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return { folder: path, file: undefined, root: resolve(collection ?? path) };
  if (stats?.isFile() && /\.[cm]?[jt]s$/.test(path)) return { folder: dirname(path), file: path, root: dirname(path) };
  const isArchive = stats === undefined || path.endsWith(".zip");
  return {
    message: `The types are not checked: ${isArchive ? "the task is in an archive" : "the file's name has no ending"}.`,
    remedy: isArchive ? "Check the folder that it was packed from." : "Give the file the ending .ts or .js.",
  };
}

/** Packages inside of the task's folder would become part of the task. */
function installFolder({ folder, file }: CheckedProgram): string {
  const start = file === undefined ? dirname(folder) : folder;
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return shownFolder(at);
    if (at === dirname(at)) return shownFolder(start);
  }
}

function shownFolder(path: string): string {
  return path === process.cwd() ? "this folder" : `the folder ${path}`;
}

interface Place {
  origin: string;
  program: CheckedProgram;
  /** Folder of the configuration that was written for this check. */
  written: string;
  own: string | undefined;
}

/** What is wrong in packages is not the task's to correct. */
function problemOf(
  { file, line, column, code, message }: Diagnostic,
  { origin, program, written, own }: Place,
): Problem[] {
  const report = (place: Pick<Problem, "file" | "line" | "column">): Problem[] => [
    { severity: "error", ...place, code, message, remedy: remedyFor(code) },
  ];
  const path = file ?? written;
  if (path === written || path.startsWith(written + sep)) {
    return report({ file: own === undefined ? origin : relative(process.cwd(), own) });
  }
  const inside = relative(program.folder, path);
  if (inside.startsWith("..") || inside.split(sep).includes("node_modules")) return [];
  const name = join(program.file === undefined ? origin : dirname(origin), inside);
  return report({ file: name, line, column });
}

function remedyFor(code: string): string {
  if (UNKNOWN_NAME.test(code)) {
    return "Declare it, or use what a task has: `ratchet help guest-api`.";
  }
  if (code === "TS7016") return "Install its types (@types/...), or declare the module in a .d.ts file.";
  if (/^TS5\d{3}$/.test(code)) return "Correct tsconfig.json.";
  return "Correct the program or its types.";
}

/** Leaves out what the other checks have reported, and what is no error for Ratchet. */
function withoutRepetition(found: readonly Problem[], known: readonly Problem[]): Problem[] {
  const broken = new Set(known.filter(({ severity }) => severity === "error").map(({ file }) => file));
  const bare = new Set<string>();
  const kept = found.filter(({ file, code = "", message }) => {
    // The function of a script, which Ratchet calls.
    if (code === "TS6133" && message.startsWith("'main' ")) return false;
    if (!/^TS1\d{3}$/.test(code)) return true;
    if (!broken.has(file) && isBareFunction(file)) bare.add(file);
    return !broken.has(file);
  });
  const warnings = [...bare].map((file): Problem => {
    const message = "The types are not checked: TypeScript does not know a function without a name as a program.";
    return { severity: "warning", file, message, remedy: "Put it in parentheses, or export it." };
  });
  return [...kept.filter(({ file }) => !bare.has(file)), ...warnings];
}

/** A use of something that no task has is known from the other checks, with a better remedy. */
function joined(found: readonly Problem[], known: readonly Problem[]): Pick<TypeCheckResult, "problems" | "replaced"> {
  const placeOf = ({ file, line, column }: Problem) => `${file}:${line}:${column}`;
  const warnings = new Map(known.filter(({ severity }) => severity === "warning").map((one) => [placeOf(one), one]));
  const replaced: Problem[] = [];
  const problems = found.map((problem) => {
    const warning = UNKNOWN_NAME.test(problem.code ?? "") ? warnings.get(placeOf(problem)) : undefined;
    if (warning === undefined) return problem;
    replaced.push(warning);
    return { ...problem, message: warning.message, remedy: warning.remedy };
  });
  return { problems, replaced };
}

function isBareFunction(path: string): boolean {
  return BARE_FUNCTION.test(readFileSync(path, "utf8"));
}
