import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { isObject } from "../lib/is-object.ts";
import { type CompilerOptions, parseJsonWithComments, parseTsconfig } from "./program/compiler-options.ts";

/** Name of the file that sets options of the compiler, in the task's folder. */
export const TSCONFIG_FILE = "tsconfig.json";

/** A larger file is not one that people write. */
const MAX_BYTES = 1024 * 1024;
/** Longest chain of `extends`. */
const MAX_BASES = 16;
/** What marks the folder of a project. No file above it is read. */
const PROJECT_SIGNS = ["package.json", ".git"];

/**
 * Returns the text of a tsconfig.json for a task's folder that says the same as the files outside the folder: the nearest
 * tsconfig.json above it, or its own with what that `extends`. The search ends at the first folder with package.json or .git,
 * and without such a folder at `root`. Of files above, only options are included that change what a program does.
 * @param root folder of the collection to which the task belongs, else the task's own
 * @returns undefined if the task's own file, or none, is all there is
 */
export function composedTsconfig(folder: string, root: string): string | undefined {
  const own = resolve(folder);
  const file = nearestTsconfig(own, resolve(root));
  if (file === undefined) return undefined;
  if (dirname(file) !== own) {
    const options = readOptions(file, own, new Set());
    return Object.keys(options).length === 0 ? undefined : JSON.stringify({ compilerOptions: options });
  }
  const value: unknown = parseJsonWithComments(readText(file));
  if (!isObject(value) || !Object.hasOwn(value, "extends")) return undefined;
  const { extends: _, compilerOptions, ...others } = value;
  const given = isObject(compilerOptions) ? compilerOptions : {};
  const options = { ...given, baseUrl: undefined, ...readOptions(file, own, new Set()) };
  return JSON.stringify({ ...others, compilerOptions: options });
}

/**
 * Finds the tsconfig.json that applies to a folder: its own, or the nearest above. The search ends at the first folder with
 * package.json or .git, and without such a folder at `root`. Both paths are absolute.
 */
export function nearestTsconfig(folder: string, root: string): string | undefined {
  const top = projectFolder(folder) ?? root;
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, TSCONFIG_FILE);
    if (existsSync(path)) return path;
    if (at === top || at === dirname(at)) return undefined;
  }
}

function projectFolder(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (PROJECT_SIGNS.some((sign) => existsSync(join(at, sign)))) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** @param seen files that are being read, so that files which extend each other come to an end */
function readOptions(path: string, own: string, seen: Set<string>): CompilerOptions {
  if (seen.has(path) || seen.size >= MAX_BASES) return {};
  seen.add(path);
  const { extends: bases, baseUrl, options } = parseTsconfig(readText(path));
  const folder = dirname(path);
  let merged: CompilerOptions = {};
  for (const base of bases) {
    const file = baseFile(base, folder);
    if (file !== undefined) merged = { ...merged, ...readOptions(file, own, new Set(seen)) };
  }
  const { paths, ...others } = options;
  merged = { ...merged, ...others };
  if (paths === undefined) return merged;
  const from = resolve(folder, baseUrl ?? ".");
  const placed = Object.entries(paths).map(([pattern, targets]): [string, string[]] => [
    pattern,
    targets.map((target) => relative(own, resolve(from, target)).split(sep).join("/")),
  ]);
  return { ...merged, paths: Object.fromEntries(placed) };
}

function readText(path: string): string {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= MAX_BYTES ? readFileSync(path, "utf8") : "";
  } catch {
    return "";
  }
}

/** Finds the file that `extends` names: a path, or a file of a package in the nearest node_modules folder. */
function baseFile(base: string, folder: string): string | undefined {
  if (/^\.{0,2}\//.test(base) || base === "." || base === "..") return existing(resolve(folder, base));
  for (let at = folder; ; at = dirname(at)) {
    const found = basename(at) === "node_modules" ? undefined : existing(join(at, "node_modules", base));
    if (found !== undefined || at === dirname(at)) return found;
  }
}

function existing(path: string): string | undefined {
  const candidates = extname(path) === ".json" ? [path] : [path, `${path}.json`, join(path, TSCONFIG_FILE)];
  return candidates.find((one) => statSync(one, { throwIfNoEntry: false })?.isFile() === true);
}
