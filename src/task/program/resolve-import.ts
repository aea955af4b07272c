import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { isObject } from "../../lib/is-object.ts";
import type { TaskFiles } from "../task-files.ts";

/** The file that an import refers to, or why it cannot be resolved. */
export type Resolution = { path: string } | { message: string; remedy: string };

/** The files of a task, and which paths are among them. */
export interface ImportableFiles {
  files: TaskFiles;
  paths: Pick<ReadonlySet<string>, "has">;
}

/** One import in a file of a task. */
export interface ImportStatement {
  specifier: string;
  /** Path of the importing file. */
  importer: string;
  /** Imported with `require()` rather than `import`. */
  required: boolean;
}

const EXTENSIONS = [".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".json"];
/** TypeScript sources may import files by the names of their compiled output. */
const SOURCE_OF: Readonly<Record<string, string>> = { ".js": ".ts", ".mjs": ".mts", ".cjs": ".cts" };

/**
 * Finds the file of the task that an import refers to: by relative path, or in a `node_modules` folder of the task
 * (`exports`, `module`, `main` of its package.json). Nothing outside the task is ever read.
 */
export async function resolveImport(task: ImportableFiles, statement: ImportStatement): Promise<Resolution> {
  const { specifier, importer } = statement;
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) {
    const wanted = posix.join(posix.dirname(importer), specifier);
    if (wanted === ".." || wanted.startsWith("../")) return leaves(specifier);
    const path = await findFile(task, wanted);
    if (path !== undefined) return { path };
    return { message: `The task has no file ${wanted}`, remedy: "Correct the path, or add the file." };
  }
  if (specifier.startsWith("/") || specifier.startsWith("\\") || /^[a-z]:[\\/]/i.test(specifier)) {
    return leaves(specifier);
  }
  if (/^(?:https?|data|file|blob|ftp):/i.test(specifier)) {
    return { message: "Imports from URLs are not supported", remedy: "Copy the file into the task." };
  }
  if (!/^[a-z]+:/i.test(specifier)) {
    const path = await findPackage(task, statement);
    if (path !== undefined) return { path };
  }
  const host = specifier === "bun" || specifier.startsWith("bun:") || isBuiltin(specifier);
  if (host) {
    const remedy = "Use the APIs that every task has: fetch, crypto, URL, TextEncoder, timers (`ratchet help`).";
    return { message: "Tasks run in a sandbox that has no modules of Node.js or Bun", remedy };
  }
  return {
    message: `The package ${JSON.stringify(specifier)} is not in the task`,
    remedy: "Import a file of the task as ./path, or add the package to the task's node_modules.",
  };
}

function leaves(specifier: string): Resolution {
  return {
    message: `The import ${JSON.stringify(specifier)} points outside the task's folder`,
    remedy: "Copy the file into the task and import it from there.",
  };
}

/** Returns the file for a path, and tries the usual extensions. */
async function findFile(task: ImportableFiles, wanted: string, depth = 0): Promise<string | undefined> {
  const { paths } = task;
  const path = posix.normalize(wanted).replace(/\/$/, "");
  if (paths.has(path)) return path;
  const ending = posix.extname(path);
  const source = SOURCE_OF[ending];
  if (source !== undefined) {
    const typescript = path.slice(0, -ending.length) + source;
    if (paths.has(typescript)) return typescript;
  }
  for (const extension of EXTENSIONS) if (paths.has(path + extension)) return path + extension;
  const manifest = await readManifest(task, path);
  const main = manifest?.module ?? manifest?.main;
  // The depth stops packages whose main refers to themselves.
  if (typeof main === "string" && depth < 4) {
    const found = await findFile(task, posix.join(path, main), depth + 1);
    if (found !== undefined) return found;
  }
  const folder = path === "." || path === "" ? "" : `${path}/`;
  return EXTENSIONS.map((extension) => `${folder}index${extension}`).find((index) => paths.has(index));
}

/** Finds the file of a package in the nearest `node_modules` folder of the task that contains it. */
async function findPackage(
  task: ImportableFiles,
  { specifier, importer, required }: ImportStatement,
): Promise<string | undefined> {
  const parts = specifier.split("/");
  if (parts.includes("..") || parts.includes("")) return undefined;
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  for (let folder = posix.dirname(importer); ; folder = posix.dirname(folder)) {
    const root = posix.join(folder, "node_modules", name);
    const manifest = await readManifest(task, root);
    const inside = parts.slice(name.split("/").length);
    if (manifest?.exports !== undefined) {
      // Packages use the condition "browser" for code that does not need Node.js.
      const conditions = [required ? "require" : "import", "browser", "module"];
      const { exports } = await import("resolve.exports");
      const targets = tryExports(() => exports(manifest, [".", ...inside].join("/"), { unsafe: true, conditions }));
      return targets.map((target) => posix.join(root, target)).find((path) => task.paths.has(path));
    }
    const found = await findFile(task, posix.join(root, ...inside));
    if (found !== undefined) return found;
    if (folder === "." || folder === "/") return undefined;
  }
}

/** Returns the targets of an export. resolve.exports throws for a path that a package does not export. */
function tryExports(find: () => unknown): readonly string[] {
  try {
    const found = find();
    return Array.isArray(found) ? found.filter((target) => typeof target === "string") : [];
  } catch {
    return [];
  }
}

/** The fields of a package.json that are used. None of them is trusted. */
interface Manifest {
  name: string;
  module?: unknown;
  main?: unknown;
  exports?: Record<string, string>;
}

async function readManifest({ files, paths }: ImportableFiles, folder: string): Promise<Manifest | undefined> {
  const path = posix.join(folder, "package.json");
  if (!paths.has(path)) return undefined;
  const bytes = await files.read(path);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) ? { ...value, name: posix.basename(folder) } : undefined;
  } catch {
    return undefined;
  }
}
