import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Comment, type Program, parseSync } from "oxc-parser";

/** A parsed source file. */
export interface SourceFile {
  /** From the repository's root, with forward slashes: `src/cli/framework/output.ts`. */
  path: string;
  text: string;
  program: Program;
  comments: readonly Comment[];
}

/** A broken rule, where it is broken, and what to do instead. */
export interface Violation {
  rule: string;
  file: string;
  /** 1-based. */
  line: number;
  message: string;
}

/** The files a rule looks at, and the whole set for rules about how files hang together. */
export type Rule = (files: readonly SourceFile[]) => Violation[];

/** Where the repository is. */
export const REPOSITORY = join(import.meta.dir, "../..");

/**
 * Parses one file.
 * @throws {Error} when it is not TypeScript
 */
export function parseSource(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  return { path, text, program, comments };
}

/** All TypeScript files in folders of the repository, or the named files themselves, parsed. */
export function readSources(...roots: string[]): SourceFile[] {
  const paths = roots.flatMap((root) =>
    root.endsWith(".ts")
      ? [root]
      : readdirSync(join(REPOSITORY, root), { recursive: true, encoding: "utf8" })
          .map((name) => `${root}/${name.replaceAll("\\", "/")}`)
          .filter((path) => /\.tsx?$/.test(path) && !path.includes("/fixtures/")),
  );
  return paths.sort().map((path) => parseSource(path, readFileSync(join(REPOSITORY, path), "utf8")));
}

/** The 1-based line of a position. */
export function lineOf(file: SourceFile, offset: number): number {
  let line = 1;
  for (let at = file.text.indexOf("\n"); at !== -1 && at < offset; at = file.text.indexOf("\n", at + 1)) line++;
  return line;
}

/** A violation at a node of a file. */
export function violation(rule: string, file: SourceFile, node: { start: number }, message: string): Violation {
  return { rule, file: file.path, line: lineOf(file, node.start), message };
}

/** One line a violation, in the form editors and terminals make a link of. */
export function report(violations: readonly Violation[]): string {
  return violations.map(({ rule, file, line, message }) => `${file}:${line} [${rule}] ${message}`).join("\n");
}
