import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isObject } from "../../lib/is-object.ts";

/** The TypeScript compiler of a project. */
export interface Compiler {
  /** The program to run: JavaScript. */
  path: string;
  version: string;
}

/** The oldest version that understands a list in `extends`. */
const OLDEST_MAJOR = 5;

/**
 * Finds the package `typescript` in the nearest node_modules folder.
 * @param folder absolute path from which the search goes up
 * @returns undefined if it is not installed
 */
export function findCompiler(folder: string): Compiler | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const root = join(at, "node_modules", "typescript");
    const path = join(root, "lib", "tsc.js");
    const version = existsSync(path) ? versionOf(join(root, "package.json")) : undefined;
    if (version !== undefined) return { path, version };
    if (at === dirname(at)) return undefined;
  }
}

/** Is the compiler too old for the configuration that it gets here? */
export function isTooOld({ version }: Compiler): boolean {
  return Number.parseInt(version, 10) < OLDEST_MAJOR;
}

function versionOf(path: string): string | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isObject(value) && typeof value.version === "string" ? value.version : undefined;
  } catch {
    return undefined;
  }
}
