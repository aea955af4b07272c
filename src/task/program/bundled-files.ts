import { posix } from "node:path";
import type { Problem } from "../../domain/problem.ts";
import { problemsOf } from "../failure.ts";
import { decodeUtf8, readJsonText } from "../json-file.ts";
import type { TaskFiles } from "../task-files.ts";
import { commonJsAwait } from "./commonjs-await.ts";
import { type CompilerOptions, mappedPaths } from "./compiler-options.ts";
import { findSpecifier } from "./find-specifier.ts";
import { guardedRequiresOf } from "./guarded-requires.ts";
import type { ImportStatement } from "./import-statement.ts";
import { bytesModule, type ImportType, importTypes } from "./import-types.ts";
import {
  compileLegacyDecorators,
  DECORATOR_FUNCTIONS,
  DECORATOR_MODULE,
  usesLegacyDecorators,
} from "./legacy-decorators.ts";
import { LINK_NAMES } from "./link-names.ts";
import { BYTES, importable, isCode, LOADERS, NAMESPACES } from "./loaders.ts";
import { absentModule, asyncModule } from "./missing-modules.ts";
import { type NarrowingFiles, narrowedImport } from "./narrowed-imports.ts";
import { globalsModule, NODE_GLOBALS, nodeGlobalsIn } from "./node-globals.ts";
import { type Resolution, resolveImport } from "./resolve-import.ts";
import { type ScannedSource, scanSource } from "./scan-source.ts";
import type { SourceLanguage } from "./source-language.ts";

/** The bundler's namespace for files of the task. */
export const TASK = "task";
/** Namespace for imports that could not be resolved, so that the bundler continues and finds all of them. */
export const NOWHERE = "nowhere";
/** Namespace for the module that is bundled: it imports the program. */
const ENTRY = "entry";
/** Path of that module. */
const ENTRY_PATH = "ratchet:program";
/** Namespace for modules of Node.js. */
const NODE = "node";
/** Namespace for modules that a package leaves out of its browser build. */
const EMPTY = "empty";
/** Namespace for modules that a package imports and the sandbox does not have. */
const ABSENT = "absent";
/** Namespace for modules that are required and await something at their top level. */
const ASYNC = "async";
/** Namespace for the functions of TypeScript's own decorators. */
const DECORATORS = "decorators";
/** Namespace for modules with some exports of another one. */
const NARROWED = "narrowed";
/** Maximum number of imports in all files of a program. Each takes the bundler some tenths of a ms. */
const MAX_IMPORTS = 10_000;
/** Maximum number of problems with a position. Finding a position takes time proportional to the file. */
export const MAX_PLACES = 100;

/** The files that the bundler has asked for so far, and what is wrong with them. */
export interface BundledFiles extends NarrowingFiles {
  /** Path of the program in the task. */
  readonly entry: string;
  readonly options: CompilerOptions;
  /** The types of the imports of each file that was asked for. */
  readonly types: Map<string, ReturnType<typeof importTypes>>;
  readonly problems: Problem[];
  /** The modules that each file can do without, as far as that mattered. */
  readonly guarded: Map<string, ReadonlySet<string>>;
  importCount: number;
  /** Globals of Node.js that the files use. */
  readonly globals: Set<string>;
  /** At least one file is not an ES module and may rely on sloppy mode. */
  hasCommonJs: boolean;
  /** What a bundle with top-level `await` needs besides. Missing for others. */
  readonly awaiting: AwaitingFiles | undefined;
}

/** What has to be known about the files of a bundle with top-level `await`. */
export interface AwaitingFiles {
  /** What each file imports, in order. */
  readonly imports: Map<string, readonly string[]>;
  /** What the import statements of each file lead to, as `namespace:path`, by what they say. */
  readonly resolved: Map<string, Map<string, string>>;
  /** The modules that each file requires although they await something. It gets an error when it does. */
  readonly required: Map<string, Set<string>>;
}

/** The bundler does not say which of several imports it resolves. */
const SEVERAL_TYPES: Resolution = {
  message: "The same file is imported with several types",
  remedy: "Import it with one type here, and with the other in another file.",
};

/** Gives the bundler the files of the task, and nothing else. */
export function taskFilesPlugin(bundled: BundledFiles): Bun.BunPlugin {
  return {
    name: "task files",
    setup(build) {
      let node: Readonly<Record<string, string>> | undefined;
      build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (bundled.narrowed.has(importer) && bundled.paths.has(path)) return { path, namespace: TASK };
        if (kind.startsWith("entry-point")) return { path: ENTRY_PATH, namespace: ENTRY };
        if (importer === ENTRY_PATH) {
          return path === NODE_GLOBALS ? { path, namespace: NODE } : { path: bundled.entry, namespace: TASK };
        }
        // The modules of Node.js import each other, and nothing else.
        if (importer === NODE_GLOBALS || importer.startsWith("node:")) return { path, namespace: NODE };
        return resolveNoted(bundled, path, importer, kind);
      });
      build.onLoad({ filter: /.*/, namespace: ENTRY }, () => ({ contents: entryModule(bundled), loader: "js" }));
      build.onLoad({ filter: /.*/, namespace: TASK }, ({ path }) => load(bundled, path));
      build.onLoad({ filter: /.*/, namespace: NODE }, async ({ path, defer }) => {
        if (path !== NODE_GLOBALS) {
          node ??= (await import("../node/sources.ts")).nodeModuleSources();
          return { contents: node[path.slice("node:".length)] ?? "", loader: "js" };
        }
        await defer(); // until the other files are known
        return { contents: globalsModule(bundled.globals), loader: "js" };
      });
      build.onLoad({ filter: /.*/, namespace: EMPTY }, () => ({ contents: "module.exports = {};", loader: "js" }));
      build.onLoad({ filter: /.*/, namespace: ABSENT }, ({ path }) => ({ contents: absentModule(path), loader: "js" }));
      for (const type of ["json", "text", "bytes"] as const) {
        build.onLoad({ filter: /.*/, namespace: NAMESPACES[type] }, ({ path }) => loadAs(bundled, path, type));
      }
      build.onLoad({ filter: /.*/, namespace: ASYNC }, ({ path }) => ({ contents: asyncModule(path), loader: "js" }));
      build.onLoad({ filter: /.*/, namespace: DECORATORS }, () => ({ contents: DECORATOR_FUNCTIONS, loader: "js" }));
      const narrowed = (name: string) => bundled.narrowed.get(name) ?? "";
      build.onLoad({ filter: /.*/, namespace: NARROWED }, ({ path }) => ({ contents: narrowed(path), loader: "js" }));
      build.onLoad({ filter: /.*/, namespace: NOWHERE }, () => ({ contents: "", loader: "js" }));
    },
  };
}

/** What is bundled. With top-level `await`, a dynamic import keeps the bundler from merging the modules into one. */
function entryModule({ awaiting }: BundledFiles): string {
  const globals = `import "${NODE_GLOBALS}";`;
  if (awaiting !== undefined) return `${globals}${LINK_NAMES.start}(() => import("program"));`;
  return `${globals}import * as program from "program";export default program;`;
}

async function load(bundled: BundledFiles, path: string): Promise<{ contents: string; loader: Bun.Loader }> {
  const { files, sources, problems, entry } = bundled;
  const loader = LOADERS[posix.extname(path)] ?? "text";
  const contents = sources.get(path) ?? (await readText(files, path, problems));
  sources.set(path, contents);
  if (!isCode(loader)) return { contents, loader };
  const language = loader === "ts" || loader === "tsx" ? "ts" : "js";
  const { isModule, imports, awaits } = scanLeniently(contents, loader, files.name(path));
  if (path !== entry && language === "js" && !isModule) noteCommonJs(bundled, { path, text: contents, awaits });
  for (const name of nodeGlobalsIn(contents)) bundled.globals.add(name);
  bundled.importCount += imports.length;
  bundled.awaiting?.imports.set(path, imports);
  if (bundled.importCount <= MAX_IMPORTS) return compiled(bundled, path, contents, loader);
  const message = `The program has more than ${MAX_IMPORTS} imports.`;
  problems.push({ severity: "error", file: files.name(path), message, remedy: "Bundle it beforehand." });
  return { contents: "", loader };
}

function noteCommonJs(
  bundled: BundledFiles,
  { path, text, awaits }: { path: string; text: string; awaits: ScannedSource["awaits"] },
): void {
  const isModule = bundled.awaiting !== undefined && awaits();
  if (!isModule) bundled.hasCommonJs = true;
  const problem = isModule ? commonJsAwait(text, bundled.files.name(path)) : undefined;
  if (problem !== undefined) bundled.problems.push(problem);
}

/** Prepares what the bundler can't do by itself with files that are not on the disk. */
function compiled(
  { options }: BundledFiles,
  path: string,
  text: string,
  loader: Bun.Loader,
): { contents: string; loader: Bun.Loader } {
  if ((loader === "ts" || loader === "tsx") && !isInPackage(path) && usesLegacyDecorators(text, options)) {
    try {
      return { contents: compileLegacyDecorators(text, loader, options), loader: loader === "ts" ? "js" : "jsx" };
    } catch {
      // The bundler reports the syntax error with its position.
    }
  }
  if (loader !== "tsx" && loader !== "jsx") return { contents: text, loader };
  // A factory of the file's own means calls of it, as in TypeScript, and not imports of a runtime.
  const contents = /@jsxRuntime\s/.test(text) ? text : text.replace(/@jsx(?=\s)/, "@jsxRuntime classic @jsx");
  return { contents, loader };
}

async function loadAs(
  { files, problems }: BundledFiles,
  path: string,
  type: ImportType,
): Promise<{ contents: string; loader: Bun.Loader }> {
  if (type === "bytes") return { contents: bytesModule((await files.read(path)) ?? new Uint8Array()), loader: "js" };
  const contents = await readText(files, path, problems);
  const json = type === "json" ? readJsonText(contents, files.name(path)) : undefined;
  if (json !== undefined && "problem" in json) problems.push(json.problem);
  const isUsable = json === undefined || !("problem" in json);
  return isUsable ? { contents, loader: type } : { contents: "", loader: "js" };
}

function isInPackage(path: string): boolean {
  return path.includes("node_modules/");
}

/** Resolves an import, and notes what matters for the order in which modules are evaluated. */
async function resolveNoted(
  bundled: BundledFiles,
  specifier: string,
  importer: string,
  kind: string,
): Promise<{ path: string; namespace: string }> {
  const { awaiting } = bundled;
  if (awaiting === undefined) return resolve(bundled, specifier, importer, kind);
  if (kind.startsWith("require") && awaiting.required.get(importer)?.has(specifier)) {
    return { path: specifier, namespace: ASYNC };
  }
  const resolved = await resolve(bundled, specifier, importer, kind);
  if (kind === "import-statement") {
    const known = awaiting.resolved.get(importer) ?? new Map<string, string>();
    awaiting.resolved.set(importer, known.set(specifier, `${resolved.namespace}:${resolved.path}`));
  }
  return resolved;
}

async function resolve(
  bundled: BundledFiles,
  specifier: string,
  importer: string,
  kind: string,
): Promise<{ path: string; namespace: string }> {
  const { files, sources, problems } = bundled;
  if (specifier === DECORATOR_MODULE && usesLegacyDecorators(sources.get(importer) ?? "", bundled.options)) {
    return { path: specifier, namespace: DECORATORS };
  }
  const statement: ImportStatement = { specifier, importer, kind: kind.startsWith("require") ? "require" : "import" };
  const type = statement.kind === "require" ? undefined : importTypesOf(bundled, importer).get(specifier);
  const found = type === "several" ? SEVERAL_TYPES : await resolveMapped(bundled, statement);
  if ("path" in found && type !== "several" && (type !== undefined || BYTES.test(found.path))) {
    return { path: found.path, namespace: NAMESPACES[type ?? "bytes"] };
  }
  const resolution = importable(found);
  if ("path" in resolution) {
    const narrows = kind === "import-statement" && bundled.awaiting === undefined;
    const name = narrows ? await narrowedImport(bundled, statement, resolution.path) : undefined;
    return name === undefined ? { path: resolution.path, namespace: TASK } : { path: name, namespace: NARROWED };
  }
  if ("nodeModule" in resolution) return { path: `node:${resolution.nodeModule}`, namespace: NODE };
  if ("empty" in resolution) return { path: specifier, namespace: EMPTY };
  // Packages often use Node.js optionally. The import only fails when it is really needed.
  if (importer.includes("node_modules/")) return { path: specifier, namespace: ABSENT };
  if (statement.kind === "require" && guardedRequiresOf(bundled, importer).has(specifier))
    return { path: specifier, namespace: ABSENT };
  const { message, remedy } = resolution;
  const position = problems.length < MAX_PLACES ? findSpecifier(sources.get(importer) ?? "", specifier) : undefined;
  problems.push({ severity: "error", file: files.name(importer), ...position, message: `${message}.`, remedy });
  return { path: specifier, namespace: NOWHERE };
}

function importTypesOf({ sources, types }: BundledFiles, importer: string): ReturnType<typeof importTypes> {
  const known = types.get(importer) ?? importTypes(sources.get(importer) ?? "");
  types.set(importer, known);
  return known;
}

/** Resolves an import by the `paths` of tsconfig.json, and then like any other. Packages have nothing to do with them. */
async function resolveMapped(bundled: BundledFiles, statement: ImportStatement): Promise<Resolution> {
  const { specifier, importer } = statement;
  if (isInPackage(importer) || /^\.{0,2}\//.test(specifier)) return resolveImport(bundled, statement);
  let outside: Resolution | undefined;
  for (const path of mappedPaths(bundled.options, specifier)) {
    const from = posix.relative(posix.dirname(importer), path);
    const relative = from.startsWith("../") ? from : `./${from}`;
    const resolution = await resolveImport(bundled, { ...statement, specifier: relative });
    if ("path" in resolution) return resolution;
    if (path.startsWith("../")) outside ??= resolution;
  }
  const resolution = await resolveImport(bundled, statement);
  return "path" in resolution ? resolution : (outside ?? resolution);
}

async function readText(files: TaskFiles, path: string, problems: Problem[]): Promise<string> {
  const file = files.name(path);
  try {
    const text = decodeUtf8((await files.read(path)) ?? new Uint8Array());
    if (text !== undefined) return text;
    problems.push({ severity: "error", file, message: "The file is not valid UTF-8.", remedy: "Save it as UTF-8." });
  } catch (error) {
    problems.push(...problemsOf(file, error));
  }
  return "";
}

/** Returns what a file imports. Syntax errors are left to the bundler, which reports their positions. */
function scanLeniently(
  text: string,
  language: SourceLanguage | "jsx" | "tsx",
  file: string,
): Pick<ScannedSource, "isModule" | "imports" | "awaits"> {
  try {
    return scanSource({ text }, language, file);
  } catch {
    return { isModule: true, imports: [], awaits: () => false };
  }
}
