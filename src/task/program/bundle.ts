import { posix } from "node:path";
import { taskInvalid } from "../failure.ts";
import { decodeUtf8 } from "../json-file.ts";
import type { TaskFiles } from "../task-files.ts";
import { type AwaitingFiles, type BundledFiles, MAX_PLACES, NOWHERE, TASK, taskFilesPlugin } from "./bundled-files.ts";
import { type CompilerOptions, jsxSettings, parseTsconfig } from "./compiler-options.ts";
import { findSpecifier } from "./find-specifier.ts";
import type { ModuleGraph } from "./module-imports.ts";
import type { ImportableFiles } from "./package-manifests.ts";
import { IMPORT_META, type PreparedSource } from "./prepare-source.ts";
import { isAwaitOutside, syntaxProblem, untrustedTranspiler } from "./scan-source.ts";
import { withoutImportAwaits } from "./wrapped-modules.ts";

/** A program and the files it imports, as one script body. */
export interface Bundle {
  /** Sets `module.exports`, unless there is a `graph`. */
  code: string;
  /** Present if a module awaits something at its top level: the code still has to be linked by `linkModules`. */
  graph: ModuleGraph | undefined;
  /** `mappings` of a source map (revision 3) from `code` to `sources`. */
  mappings: string;
  /** The bundled files of the task. An empty path stands for anything else. */
  sources: { path: string; text: string }[];
  /** At least one file is not an ES module and may rely on sloppy mode. */
  hasCommonJs: boolean;
  /** The entry's text, as it was bundled. */
  entry: PreparedSource;
}

/** Returns a program's text as a module, which may differ from the file. @param awaits it, or what it imports, awaits something at the top level */
export type EntrySource = (awaits: boolean) => Promise<PreparedSource>;

/**
 * Bundles a program with the files of the task that it imports. Bun's bundler gets all files from this function. It
 * never reads the disk, and no code of the task runs.
 * @param path of the program in the task
 * @throws {RatchetError} TASK_INVALID with all unresolved imports and all syntax errors
 */
export async function bundle(importable: ImportableFiles, path: string, entry: EntrySource): Promise<Bundle> {
  const options = await compilerOptions(importable.files);
  const source = await entry(false);
  const bundled = newBundle({ importable, path, options, text: source.text });
  const result = await build(bundled, "cjs");
  if (!result.logs.some(({ message }) => isAwaitOutside(message))) return finish(result, bundled, source);
  const { bundleAwaiting } = await import("./bundle-awaiting.ts");
  const awaiting = await entry(true);
  const made = await bundleAwaiting({
    newFiles: (files) => newBundle({ importable, path, options, text: awaiting.text, awaiting: files }),
    build: (files) => build(files, "esm"),
  });
  const finished = await finish(made.result, made.bundled, awaiting);
  return { ...finished, graph: made.graph };
}

async function finish(result: Bun.BuildOutput, bundled: BundledFiles, source: PreparedSource): Promise<Bundle> {
  const { problems, sources } = bundled;
  reportSyntax(result, bundled, source);
  const output = result.outputs.find(({ kind }) => kind === "entry-point");
  const map = result.outputs.find(({ kind }) => kind === "sourcemap");
  const code = ((await output?.text()) ?? "").replace(/\n\/\/# debugId=\w+\s*$/, "\n");
  reportImportsLeft(bundled.awaiting === undefined ? code : withoutImportAwaits(code), bundled);
  if (problems.length > 0 || output === undefined || map === undefined) throw taskInvalid(problems);
  const { mappings, sources: names } = JSON.parse(await map.text()) as { mappings: string; sources: string[] };
  const used = names.map((name) => {
    const path = name.startsWith(`${TASK}:`) ? name.slice(TASK.length + 1) : "";
    return { path, text: sources.get(path) ?? "" };
  });
  return { code, mappings, sources: used, hasCommonJs: bundled.hasCommonJs, entry: source, graph: undefined };
}

function newBundle(given: {
  importable: ImportableFiles;
  path: string;
  options: CompilerOptions;
  text: string;
  awaiting?: AwaitingFiles;
}): BundledFiles {
  const { importable, path, options, text, awaiting } = given;
  return {
    ...importable,
    manifests: new Map(),
    browserBuilds: new Map(),
    globals: new Set(),
    entry: path,
    options,
    types: new Map(),
    sources: new Map([[path, text]]),
    problems: [],
    guarded: new Map(),
    exports: new Map(),
    named: new Map(),
    narrowed: new Map(),
    importCount: 0,
    hasCommonJs: false,
    awaiting,
  };
}

async function compilerOptions(files: TaskFiles): Promise<CompilerOptions> {
  const text = decodeUtf8((await files.read("tsconfig.json")) ?? new Uint8Array());
  if (text === undefined) return {};
  const { options, baseUrl = "." } = parseTsconfig(text);
  const { paths = {} } = options;
  const placed = Object.entries(paths).map(([pattern, targets]): [string, string[]] => [
    pattern,
    targets.map((target) => posix.join(baseUrl, target)),
  ]);
  return { ...options, paths: Object.fromEntries(placed) };
}

async function build(bundled: BundledFiles, format: "cjs" | "esm"): Promise<Bun.BuildOutput> {
  const config: Bun.BuildConfig & { macros: false } = {
    entrypoints: [`${TASK}:${bundled.entry}`],
    format,
    target: "browser",
    sourcemap: "external",
    env: "disable",
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis", "import.meta": IMPORT_META },
    throw: false,
    // Essential: a macro is code of the task that would run in this process. See untrustedTranspiler.
    macros: false,
    jsx: jsxSettings(bundled.options),
    plugins: [taskFilesPlugin(bundled)],
  };
  const result = await Bun.build(config);
  if (result.success || !result.logs.every(isForeign)) return result;
  // The first build of a process reads package.json and tsconfig.json of the current folder and fails on errors in
  // them. They have nothing to do with the task, and the next build does not read them again.
  bundled.problems.length = 0;
  return await Bun.build(config);
}

function reportSyntax(result: Bun.BuildOutput, bundled: BundledFiles, source: PreparedSource): void {
  if (result.success) return;
  const { entry, sources, files, problems } = bundled;
  for (const log of result.logs.filter((log) => !isForeign(log) && !isOfMissing(log))) {
    const path = log.position?.file ?? entry;
    const original = path === entry ? source : { text: sources.get(path) ?? "" };
    problems.push(syntaxProblem(log, original, files.name(path)));
  }
}

/** Import attributes such as `type: "sqlite"` bypass the plugin, so their imports are left in the output. */
function reportImportsLeft(code: string, { sources, entry, files, problems }: BundledFiles): void {
  for (const { path: specifier } of untrustedTranspiler("js").scanImports(code).slice(0, MAX_PLACES)) {
    const [path, text] = [...sources].find(([, text]) => findSpecifier(text, specifier) !== undefined) ?? [entry, ""];
    const message = `${JSON.stringify(specifier)} cannot be imported this way.`;
    const remedy = "Import a file of the task without attributes.";
    const position = findSpecifier(text, specifier);
    problems.push({ severity: "error", file: files.name(path), ...position, message, remedy });
  }
}

/** Is this a message about the exports of a module that could not be resolved, which is reported already? */
function isOfMissing({ message }: BuildMessage | ResolveMessage): boolean {
  return message.startsWith(`No matching export in "${NOWHERE}:`);
}

/** Returns true if a message of the bundler is about a file that does not belong to the task. */
function isForeign({ position }: BuildMessage | ResolveMessage): boolean {
  return position !== null && position.namespace !== TASK;
}
