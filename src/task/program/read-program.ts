import type { Problem } from "../../domain/problem.ts";
import type { InsertedText, Program, ProgramPlaces } from "../../domain/task.ts";
import { defined } from "../../lib/defined.ts";
import { linePosition } from "../../lib/json-text.ts";
import { formatSize } from "../../lib/size.ts";
import { taskInvalid } from "../failure.ts";
import { decodeUtf8 } from "../json-file.ts";
import type { PreparedPrograms } from "../prepared/prepared-programs.ts";
import type { TaskFiles } from "../task-files.ts";
import { hasDecorators } from "./legacy-decorators.ts";
import { usesNodeGlobals } from "./node-globals.ts";
import type { ImportableFiles } from "./package-manifests.ts";
import { isStrict, type PreparedSource, prepareSource } from "./prepare-source.ts";
import { withId } from "./program-id.ts";
import { exportsFunction, type ScannedSource, scanSource } from "./scan-source.ts";
import type { SourceLanguage } from "./source-language.ts";
import { wrapBundle } from "./wrap-bundle.ts";

/** Maximum size of a program's source file, in bytes. */
export const MAX_SOURCE_BYTES = 8 * 1024 * 1024;

/** A task's program file after reading and parsing. */
export interface ProgramSource {
  /** Path among the files of the task. */
  fileName: string;
  language: SourceLanguage;
  /** Original text. */
  text: string;
  source: PreparedSource;
  scanned: ScannedSource;
}

/**
 * Reads a task's program and converts it to the form that the sandbox accepts. A plain script stays as it is. Only
 * TypeScript, ES modules and programs that import files are bundled.
 * @param prepared programs that were bundled earlier @default none
 * @throws {RatchetError} TASK_INVALID with file, line and remedy; TASK_UNREADABLE
 */
export async function readProgram(files: TaskFiles, prepared?: PreparedPrograms): Promise<Program> {
  const given = await readProgramText(files);
  if (given.language === "yaml") {
    const { workflowProgram } = await import("../workflow/load-workflow.ts");
    return workflowProgram(files, given, prepared);
  }
  const program = await readSource(files, given);
  const { fileName, language, source, scanned, text } = program;
  const isPlain = language === "js" && !scanned.isModule && scanned.imports.length === 0 && !hasDecorators(source.text);
  if (isPlain && !usesNodeGlobals(text) && !scanned.awaits()) {
    const code = withLexicalMain(source.text);
    const inserted = insertedText(source, 0);
    if (inserted === undefined) return withId({ fileName, code });
    return withId({ fileName, code, places: { files: [fileName], inserted }, texts: () => [text] });
  }
  const importable = async () => files.program?.importable ?? { files, paths: new Set(await files.list()) };
  const prepare = (importable: ImportableFiles) => bundleProgram(program, importable);
  if (prepared === undefined) return prepare(await importable());
  return prepared.get({ files: files.program?.importable.files ?? files, fileName, text, importable, prepare });
}

async function bundleProgram(program: ProgramSource, importable: ImportableFiles): Promise<Program> {
  const { fileName, source, scanned, text } = program;
  const { bundle } = await import("./bundle.ts");
  const file = importable.files.name(fileName);
  const made = await bundle(importable, fileName, (awaits) => bundlerEntry(program, file, awaits));
  const inserted = insertedText(
    made.entry,
    made.sources.findIndex(({ path }) => path === fileName),
  );
  const places: ProgramPlaces = defined({ files: made.sources.map(({ path }) => path), inserted });
  const isStrictCode = scanned.isModule || made.graph !== undefined ? !made.hasCommonJs : isStrict(source.text);
  const { code, mappings } =
    made.graph === undefined
      ? { code: wrapBundle(made.code, isStrictCode), mappings: made.mappings }
      : await (await import("./link-bundle.ts")).linkBundle({ ...made, graph: made.graph, places }, isStrictCode);
  const texts = made.sources.map((file) => (file.path === fileName ? text : file.text));
  return withId({
    fileName,
    code,
    places: { ...places, mappings },
    texts: () => texts,
  });
}

/** Returns the program as a module that exports its function. */
async function bundlerEntry(
  { source, language, scanned }: ProgramSource,
  file: string,
  awaits: boolean,
): Promise<PreparedSource> {
  if (scanned.isModule) return exportsFunction(scanned) ? source : exportMain(source, language, file);
  const { exposeFunction } = await import("./expose-function.ts");
  // Perhaps only a module that it loads awaits something.
  return exposeFunction(source, { language, file, awaits: awaits && scanned.awaits() });
}

/** The text of a task's program, in the language that its name says. */
export interface ProgramText {
  /** Path among the files of the task. */
  fileName: string;
  text: string;
  language: SourceLanguage | "yaml";
}

/** The files of a task's folder that may be its program. It has one of them. */
const LANGUAGES: Readonly<Record<string, ProgramText["language"]>> = {
  "main.js": "js",
  "main.ts": "ts",
  "workflow.yaml": "yaml",
};

/**
 * Reads main.js, main.ts, workflow.yaml or the single file of a task as text.
 * @throws {RatchetError} TASK_INVALID, TASK_UNREADABLE
 */
export async function readProgramText(files: TaskFiles): Promise<ProgramText> {
  const { program } = files;
  const present: { fileName: string; bytes: Uint8Array }[] = [];
  for (const fileName of program === undefined ? Object.keys(LANGUAGES) : [program.path]) {
    const bytes = await files.read(fileName);
    if (bytes !== undefined) present.push({ fileName, bytes });
  }
  const [found, other] = present;
  const fileName = found?.fileName ?? program?.path ?? "main.js";
  const file = files.name(fileName);
  const invalid = (message: string, remedy: string): Problem => ({ severity: "error", file, message, remedy });
  if (found === undefined) {
    const isMisnamed = (await files.read("workflow.yml")) !== undefined;
    const message = "The program is missing: there is neither main.js nor main.ts nor workflow.yaml.";
    throw taskInvalid([invalid(message, isMisnamed ? "Rename workflow.yml to workflow.yaml." : "Write main.js.")]);
  }
  if (other !== undefined) {
    const names = present.map((one) => one.fileName).join(" and ");
    throw taskInvalid([
      invalid(`There are both ${names}, so it is unclear which one to use.`, "Keep only one of them."),
    ]);
  }
  const { bytes } = found;
  if (bytes.length > MAX_SOURCE_BYTES) {
    throw taskInvalid([
      invalid(
        `The program has ${bytes.length} bytes; the limit is ${formatSize(MAX_SOURCE_BYTES)}.`,
        "Make it smaller.",
      ),
    ]);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) throw taskInvalid([invalid("The file is not valid UTF-8.", "Save it as UTF-8.")]);
  return { fileName, text, language: program?.language ?? LANGUAGES[fileName] ?? "js" };
}

/**
 * Reads and parses a program in JavaScript or TypeScript.
 * @param given its text. @default it is read
 * @throws {RatchetError} TASK_INVALID, TASK_UNREADABLE
 */
export async function readSource(files: TaskFiles, given?: ProgramText): Promise<ProgramSource> {
  const { fileName, text, language } = given ?? (await readProgramText(files));
  if (language === "yaml") throw new Error("a workflow has no source in JavaScript");
  const file = files.name(fileName);
  const source = prepareSource(text);
  const scanned = scanSource(source, language, file);
  if (!scanned.isModule && /\bexport\s*\{\s*\}/.test(source.text)) {
    const { hasEmptyExport } = await import("./parse-script.ts");
    if (await hasEmptyExport(source.text, language)) scanned.isModule = true;
  }
  return { fileName, language, text, source, scanned };
}

/** Exports `main` from a module that declares it and exports no function. */
async function exportMain(source: PreparedSource, language: SourceLanguage, file: string): Promise<PreparedSource> {
  const { definesMain, parseScript } = await import("./parse-script.ts");
  const parsed = await parseScript(source.text, language, "module");
  if (parsed !== undefined && !parsed.program.body.some(definesMain)) throw taskInvalid([nothingExported(file)]);
  return { ...source, text: `${source.text}\nexport { main };` };
}

/** Creates the problem for a module that exports no function for the sandbox to call. */
function nothingExported(file: string): Problem {
  const remedy = "Write `export default function (input) {...}` or export a function named main.";
  return { severity: "error", file, message: "The program exports neither a default nor main.", remedy };
}

/**
 * Exports a `const main = ...` without a closing `main;`, which is not a property of the global object, where the
 * sandbox looks for it. A `var` statement at the end adds it to the exports without changing the completion value.
 */
function withLexicalMain(text: string): string {
  if (!/\b(?:const|let)\s+main\b/.test(text)) return text;
  return `${text}\n;var ratchet$main=typeof main==="function"?globalThis.module.exports.main??=main:0;\n`;
}

function insertedText({ text, inserted }: PreparedSource, file: number): InsertedText | undefined {
  if (inserted === undefined) return undefined;
  return { file, ...linePosition(text, inserted.offset), length: inserted.length };
}
