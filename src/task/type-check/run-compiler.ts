import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Compiler } from "./find-compiler.ts";

/** One error that the compiler reports. */
export interface Diagnostic {
  /** Absolute path; undefined for an error of the whole program. */
  file: string | undefined;
  line: number;
  column: number;
  /** Such as "TS2322". */
  code: string;
  message: string;
}

/** What a run of the compiler said. */
export interface CompilerRun {
  diagnostics: readonly Diagnostic[];
  /** What it wrote besides, if it did not do its work. */
  failure: string | undefined;
}

/** How much of the compiler's own failure is shown, in characters. */
const MAX_FAILURE = 500;

/**
 * Runs a compiler in a process of its own, with this executable as the runtime and without its environment. The current folder
 * is the package's, because the runtime loads what a bunfig.toml in the current folder names.
 */
export async function runCompiler(compiler: Compiler, config: string): Promise<CompilerRun> {
  // The compiler names files relative to its current folder. Package managers link to packages, and the system resolves links.
  const folder = realpathSync(dirname(compiler.path));
  const run = Bun.spawn([process.execPath, compiler.path, "-p", config, "--pretty", "false"], {
    cwd: folder,
    // The executable is the runtime's own when it is asked for it.
    env: { BUN_BE_BUN: "1" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([run.stdout.text(), run.stderr.text(), run.exited]);
  const diagnostics = parseDiagnostics(stdout).map((diagnostic) =>
    diagnostic.file === undefined ? diagnostic : { ...diagnostic, file: resolve(folder, diagnostic.file) },
  );
  if (exitCode === 0 || diagnostics.length > 0) return { diagnostics, failure: undefined };
  const said = `${stderr}${stdout}`.trim() || `exit code ${exitCode}`;
  return { diagnostics, failure: said.slice(0, MAX_FAILURE) };
}

/** Reads what the compiler writes, with paths as they are, without `--pretty`: one line for each error, and indented lines that belong to it. */
export function parseDiagnostics(text: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^(?:(?<file>.+?)\((?<line>\d+),(?<column>\d+)\): )?error (?<code>TS\d+): (?<message>.*)$/.exec(line);
    if (match?.groups !== undefined) {
      const { file, line: at = "1", column = "1", code = "", message = "" } = match.groups;
      found.push({ file, line: Number(at), column: Number(column), code, message });
      continue;
    }
    const last = found.at(-1);
    if (last !== undefined && /^\s+\S/.test(line)) last.message += ` ${line.trim()}`;
  }
  return found;
}
