import { posix } from "node:path";
import type { Problem } from "../../domain/problem.ts";
import { problemsOf } from "../failure.ts";
import { decodeUtf8 } from "../json-file.ts";
import type { TaskFiles } from "../task-files.ts";
import { findSpecifier } from "./find-specifier.ts";
import { guardedRequires } from "./guarded-requires.ts";
import { type ImportableFiles, type Resolution, resolveImport } from "./resolve-import.ts";
import { type ScannedSource, type SourceLanguage, scanSource } from "./scan-source.ts";

/** The bundler's namespace for files of the task. */
export const TASK = "task";
/** Namespace for imports that could not be resolved, so that the bundler continues and finds all of them. */
const NOWHERE = "nowhere";
/** Namespace for modules that a package imports and the sandbox does not have. */
const ABSENT = "absent";
/** Maximum number of imports in all files of a program. Each takes the bundler some tenths of a ms. */
const MAX_IMPORTS = 10_000;
/** Maximum number of problems with a position. Finding a position takes time proportional to the file. */
export const MAX_PLACES = 100;

const LOADERS: Readonly<Record<string, Bun.Loader>> = {
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".json": "json",
  ".txt": "text",
  ".md": "text",
  ".html": "text",
  ".xml": "text",
  ".csv": "text",
  ".sql": "text",
  ".graphql": "text",
};

/** The files that the bundler has asked for so far, and what is wrong with them. */
export interface BundledFiles extends ImportableFiles {
  /** Path of the program in the task. */
  readonly entry: string;
  /** The text of each file by its path. */
  readonly sources: Map<string, string>;
  readonly problems: Problem[];
  /** The modules that each file can do without, as far as that mattered. See {@link guardedRequires}. */
  readonly guarded: Map<string, ReadonlySet<string>>;
  importCount: number;
  /** At least one file is not an ES module and may rely on sloppy mode. */
  hasCommonJs: boolean;
}

/** Gives the bundler the files of the task, and nothing else. */
export function taskFilesPlugin(bundled: BundledFiles): Bun.BunPlugin {
  return {
    name: "task files",
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) =>
        kind.startsWith("entry-point")
          ? { path: bundled.entry, namespace: TASK }
          : resolve(bundled, path, importer, kind),
      );
      build.onLoad({ filter: /.*/, namespace: TASK }, ({ path }) => load(bundled, path));
      build.onLoad({ filter: /.*/, namespace: ABSENT }, ({ path }) => ({
        contents: `${failure(path)}\nmodule.exports = {};`,
        loader: "js",
      }));
      build.onLoad({ filter: /.*/, namespace: NOWHERE }, () => ({ contents: "", loader: "js" }));
    },
  };
}

/** Throws with the code that packages look for if they can do without a module. */
function failure(path: string): string {
  const message = JSON.stringify(`${path} is not available in the sandbox`);
  return `throw Object.assign(new Error(${message}), { code: "MODULE_NOT_FOUND" });`;
}

async function load(bundled: BundledFiles, path: string): Promise<{ contents: string; loader: Bun.Loader }> {
  const { files, sources, problems, entry } = bundled;
  const loader = LOADERS[posix.extname(path)] ?? "text";
  const contents = sources.get(path) ?? (await readText(files, path, problems));
  sources.set(path, contents);
  if (loader !== "js" && loader !== "ts") return { contents, loader };
  const { isModule, imports } = scanLeniently(contents, loader, files.name(path));
  if (path !== entry && loader === "js" && !isModule) bundled.hasCommonJs = true;
  bundled.importCount += imports.length;
  if (bundled.importCount <= MAX_IMPORTS) return { contents, loader };
  const message = `The program has more than ${MAX_IMPORTS} imports.`;
  problems.push({ severity: "error", file: files.name(path), message, remedy: "Bundle it beforehand." });
  return { contents: "", loader };
}

async function resolve(
  bundled: BundledFiles,
  specifier: string,
  importer: string,
  kind: string,
): Promise<{ path: string; namespace: string }> {
  const { files, sources, problems } = bundled;
  const required = kind.startsWith("require");
  const resolution = importable(await resolveImport(bundled, { specifier, importer, required }));
  if ("path" in resolution) return { path: resolution.path, namespace: TASK };
  // Packages often use Node.js optionally. The import only fails when it is really needed.
  if (importer.includes("node_modules/")) return { path: specifier, namespace: ABSENT };
  if (required && guardedRequiresOf(bundled, importer).has(specifier)) return { path: specifier, namespace: ABSENT };
  const { message, remedy } = resolution;
  const position = problems.length < MAX_PLACES ? findSpecifier(sources.get(importer) ?? "", specifier) : undefined;
  problems.push({ severity: "error", file: files.name(importer), ...position, message: `${message}.`, remedy });
  return { path: specifier, namespace: NOWHERE };
}

/** Returns the modules that a file can do without. */
function guardedRequiresOf({ sources, guarded }: BundledFiles, importer: string): ReadonlySet<string> {
  const known = guarded.get(importer) ?? guardedRequires(sources.get(importer) ?? "");
  guarded.set(importer, known);
  return known;
}

/** Refuses files in formats that the bundler has no loader for. */
function importable(resolution: Resolution): Resolution {
  if (!("path" in resolution) || LOADERS[posix.extname(resolution.path)] !== undefined) return resolution;
  return {
    message: `The file ${resolution.path} cannot be imported`,
    remedy: `Import only files that end with ${Object.keys(LOADERS).join(", ")}.`,
  };
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
  language: SourceLanguage,
  file: string,
): Pick<ScannedSource, "isModule" | "imports"> {
  try {
    return scanSource({ text }, language, file);
  } catch {
    return { isModule: true, imports: [] };
  }
}
