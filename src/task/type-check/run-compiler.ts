import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { formatDuration } from "../../lib/duration.ts";
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
  /** Why it did not do its work: the end of a sentence about the compiler, and what to do. */
  failure: { reason: string; remedy: string } | undefined;
}

/** How much of the compiler's own failure is shown, in characters. */
const MAX_FAILURE = 500;
/** Types can describe a computation that never ends. Checking a large task takes a few seconds. */
const TIME_LIMIT_MS = 120_000;

/**
 * Runs a compiler in a process of its own, with this executable as the runtime and without its environment. The current folder
 * is the package's, because the runtime loads what a bunfig.toml in the current folder names.
 * @param timeLimitMs after this time the compiler is killed
 */
export async function runCompiler(
  compiler: Compiler,
  config: string,
  timeLimitMs = TIME_LIMIT_MS,
): Promise<CompilerRun> {
  // The compiler names files relative to its current folder. Package managers link to packages, and the system resolves links.
  const folder = realpathSync(dirname(compiler.path));
  const run = Bun.spawn([process.execPath, compiler.path, "-p", config, "--pretty", "false"], {
    cwd: folder,
    // The executable is the runtime's own when it is asked for it.
    env: { BUN_BE_BUN: "1" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: timeLimitMs,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, exitCode] = await Promise.all([run.stdout.text(), run.stderr.text(), run.exited]);
  if (run.signalCode === "SIGKILL") {
    const reason = `did not finish within ${formatDuration(timeLimitMs)}.`;
    return { diagnostics: [], failure: { reason, remedy: "Look for types that describe an endless computation." } };
  }
  const diagnostics = parseDiagnostics(stdout).map((diagnostic) =>
    diagnostic.file === undefined ? diagnostic : { ...diagnostic, file: resolve(folder, diagnostic.file) },
  );
  if (exitCode === 0 || diagnostics.length > 0) return { diagnostics, failure: undefined };
  const said = `${stderr}${stdout}`.trim() || `exit code ${exitCode}`;
  const remedy = "Install it again: `npm install --save-dev typescript`.";
  return { diagnostics, failure: { reason: `failed: ${said.slice(0, MAX_FAILURE)}`, remedy } };
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
