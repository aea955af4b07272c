import { posix } from "node:path";
import type { Problem } from "../../domain/problem.ts";
import { linePosition } from "../../lib/json-text.ts";
import { problemsOf, taskInvalid } from "../failure.ts";
import { decodeUtf8 } from "../json-file.ts";
import type { TaskFiles } from "../task-files.ts";
import { IMPORT_META, type PreparedSource } from "./prepare-source.ts";
import { resolveImport } from "./resolve-import.ts";
import {
  type ScannedSource,
  type SourceLanguage,
  scanSource,
  syntaxProblem,
  untrustedTranspiler,
} from "./scan-source.ts";

/** A program and the files it imports, as one script body that sets `module.exports`. */
export interface Bundle {
  code: string;
  /** `mappings` of a source map (revision 3) from `code` to `sources`. */
  mappings: string;
  /** The bundled files of the task. An empty path stands for anything else. */
  sources: { path: string; text: string }[];
  /** At least one file is not an ES module and may rely on sloppy mode. */
  hasCommonJs: boolean;
}

/** The bundler's namespace for files of the task. */
const TASK = "task";
/** Namespace for imports that could not be resolved, so that the bundler continues and finds all of them. */
const NOWHERE = "nowhere";
/** Maximum number of imports in all files of a program. Each takes the bundler some tenths of a ms. */
const MAX_IMPORTS = 10_000;
/** Maximum number of problems with a position. Finding a position takes time proportional to the file. */
const MAX_PLACES = 100;
/** Namespace for modules that a package imports and the sandbox does not have. */
const ABSENT = "absent";

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

/**
 * Bundles a program with the files of the task that it imports. Bun's bundler gets all files from this function. It
 * never reads the disk, and no code of the task runs.
 * @param entry path of the program in the task
 * @param source the program's text, which may differ from the file
 * @throws {RatchetError} TASK_INVALID with all unresolved imports and all syntax errors
 */
export async function bundle(files: TaskFiles, entry: string, source: PreparedSource): Promise<Bundle> {
  const paths = new Set(await files.list());
  const sources = new Map<string, string>([[entry, source.text]]);
  const problems: Problem[] = [];
  let hasCommonJs = false;

  let importCount = 0;

  const load = async (path: string): Promise<{ contents: string; loader: Bun.Loader }> => {
    const loader = LOADERS[posix.extname(path)] ?? "text";
    const contents = sources.get(path) ?? (await readText(files, path, problems));
    sources.set(path, contents);
    if (loader !== "js" && loader !== "ts") return { contents, loader };
    const { isModule, imports } = look(contents, loader, files.name(path));
    if (path !== entry && loader === "js" && !isModule) hasCommonJs = true;
    importCount += imports.length;
    if (importCount <= MAX_IMPORTS) return { contents, loader };
    const message = `The program has more than ${MAX_IMPORTS} imports.`;
    problems.push({ severity: "error", file: files.name(path), message, remedy: "Bundle it beforehand." });
    return { contents: "", loader };
  };

  const resolve = async (
    specifier: string,
    importer: string,
    kind: string,
  ): Promise<{ path: string; namespace: string }> => {
    const resolution = await resolveImport(files, paths, specifier, importer, kind.startsWith("require"));
    const wrong =
      "path" in resolution && LOADERS[posix.extname(resolution.path)] === undefined
        ? {
            message: `The file ${resolution.path} cannot be imported`,
            remedy: `Import only files that end with ${Object.keys(LOADERS).join(", ")}.`,
          }
        : resolution;
    if ("path" in wrong) return { path: wrong.path, namespace: TASK };
    // Packages often use Node.js optionally. The import only fails when it is really needed.
    if (importer.includes("node_modules/")) return { path: specifier, namespace: ABSENT };
    const position = problems.length < MAX_PLACES ? findSpecifier(sources.get(importer) ?? "", specifier) : undefined;
    const file = files.name(importer);
    problems.push({ severity: "error", file, ...position, message: `${wrong.message}.`, remedy: wrong.remedy });
    return { path: specifier, namespace: NOWHERE };
  };

  const config: Bun.BuildConfig & { macros: false } = {
    entrypoints: [`${TASK}:${entry}`],
    format: "cjs",
    target: "browser",
    sourcemap: "external",
    env: "disable",
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis", "import.meta": IMPORT_META },
    throw: false,
    // Essential: a macro is code of the task that would run in this process. See untrustedTranspiler.
    macros: false,
    plugins: [
      {
        name: "task files",
        setup(build) {
          build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) =>
            kind.startsWith("entry-point") ? { path: entry, namespace: TASK } : resolve(path, importer, kind),
          );
          build.onLoad({ filter: /.*/, namespace: TASK }, ({ path }) => load(path));
          build.onLoad({ filter: /.*/, namespace: ABSENT }, ({ path }) => ({
            contents: `throw new Error(${JSON.stringify(`${path} is not available in the sandbox`)});\nmodule.exports = {};`,
            loader: "js",
          }));
          build.onLoad({ filter: /.*/, namespace: NOWHERE }, () => ({ contents: "", loader: "js" }));
        },
      },
    ],
  };
  let result = await Bun.build(config);
  if (!result.success && result.logs.every(isForeign)) {
    // The first build of a process reads package.json and tsconfig.json of the current folder and fails on errors in
    // them. They have nothing to do with the task, and the next build does not read them again.
    problems.length = 0;
    result = await Bun.build(config);
  }
  if (!result.success) {
    for (const log of result.logs.filter((log) => !isForeign(log))) {
      const path = log.position?.file ?? entry;
      const original = path === entry ? source : { text: sources.get(path) ?? "" };
      problems.push(syntaxProblem(log, original, files.name(path)));
    }
  }
  const output = result.outputs.find(({ kind }) => kind === "entry-point");
  const map = result.outputs.find(({ kind }) => kind === "sourcemap");
  const code = ((await output?.text()) ?? "").replace(/\n\/\/# debugId=\w+\s*$/, "\n");
  // Import attributes such as `type: "sqlite"` bypass the plugin, so their imports are left in the output.
  for (const { path: specifier } of untrustedTranspiler("js").scanImports(code).slice(0, MAX_PLACES)) {
    const [path, text] = [...sources].find(([, text]) => findSpecifier(text, specifier) !== undefined) ?? [entry, ""];
    const message = `${JSON.stringify(specifier)} cannot be imported this way.`;
    const remedy = "Import a file of the task without attributes.";
    const position = findSpecifier(text, specifier);
    problems.push({ severity: "error", file: files.name(path), ...position, message, remedy });
  }
  if (problems.length > 0 || output === undefined || map === undefined) throw taskInvalid(problems);
  const { mappings, sources: names } = JSON.parse(await map.text()) as { mappings: string; sources: string[] };
  const used = names.map((name) => {
    const path = name.startsWith(`${TASK}:`) ? name.slice(TASK.length + 1) : "";
    return { path, text: sources.get(path) ?? "" };
  });
  return { code, mappings, sources: used, hasCommonJs };
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

/** Returns true if a message of the bundler is about a file that does not belong to the task. */
function isForeign({ position }: BuildMessage | ResolveMessage): boolean {
  return position !== null && position.namespace !== TASK;
}

/** Returns what a file imports. Syntax errors are left to the bundler, which reports their positions. */
function look(text: string, language: SourceLanguage, file: string): Pick<ScannedSource, "isModule" | "imports"> {
  try {
    return scanSource({ text }, language, file);
  } catch {
    return { isModule: true, imports: [] };
  }
}

/** Finds line and column of an import, because the bundler does not report them for unresolved imports. */
function findSpecifier(text: string, specifier: string): { line: number; column: number } | undefined {
  const spellings = ['"', "'", "`"].map((quote) => quote + specifier + quote);
  const offsets = [JSON.stringify(specifier), ...spellings].map((one) => text.indexOf(one)).filter((at) => at !== -1);
  return offsets.length === 0 ? undefined : linePosition(text, Math.min(...offsets));
}
