import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The executable as users get it; `npm test` builds it first. */
export const RATCHET: string = join(import.meta.dir, "../../dist/ratchet");
/** The repository, for paths such as `tasks/addition`. */
export const REPOSITORY: string = join(import.meta.dir, "../..");

/**
 * Has the executable's allocator ask for large pages. A start then takes two thirds of the processor time, because most
 * of its page faults go away, but it takes some 30 MB more. Tests that measure memory leave it out.
 */
export const LARGE_PAGES: Readonly<Record<string, string>> = { MIMALLOC_ALLOW_THP: "1" };
/** What the allocator does by default. */
export const NORMAL_PAGES: Readonly<Record<string, string>> = { MIMALLOC_ALLOW_THP: "0" };

/** How a run of the executable ended. */
export interface RatchetRun {
  stdout: string;
  stderr: string;
  /** As a shell shows it: 128 and the signal's number when a signal ended it. */
  exitCode: number;
}

/** Surroundings of a run. */
export interface RatchetOptions {
  /** @default nothing: standard input is empty */
  stdin?: string | Uint8Array | Blob | ReadableStream;
  /** Added to an environment that has no configuration, no proxy and no colour settings. */
  env?: Record<string, string>;
  /** @default the repository */
  cwd?: string;
}

/** Runs the executable to its end. */
export async function ratchet(args: readonly string[], options: RatchetOptions = {}): Promise<RatchetRun> {
  const process = startRatchet(args, options);
  const [stdout, stderr] = await Promise.all([process.stdout.text(), process.stderr.text()]);
  return { stdout, stderr, exitCode: await exitCode(process) };
}

/** Starts the executable. Standard input is what the options say. */
export function startRatchet(args: readonly string[], options: RatchetOptions = {}) {
  const { stdin } = options;
  return Bun.spawn([RATCHET, ...args], {
    cwd: options.cwd ?? REPOSITORY,
    env: cleanEnvironment(options.env),
    stdin: typeof stdin === "string" ? Buffer.from(stdin) : (stdin ?? "ignore"),
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** Runs a line of shell with `$RATCHET` set. */
export async function shell(line: string, options: RatchetOptions = {}): Promise<RatchetRun> {
  const process = Bun.spawn(["bash", "-c", line], {
    cwd: options.cwd ?? REPOSITORY,
    env: { ...cleanEnvironment(options.env), RATCHET },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([process.stdout.text(), process.stderr.text()]);
  return { stdout, stderr, exitCode: await exitCode(process) };
}

/** Waits for the end of a process; 128 and the signal's number when a signal ended it. */
export async function exitCode(process: Bun.Subprocess): Promise<number> {
  await process.exited;
  const signals: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };
  if (process.signalCode !== null) return 128 + (signals[process.signalCode] ?? 0);
  return process.exitCode ?? -1;
}

/** A folder of its own for a test, gone afterwards. */
export function temporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), "ratchet-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function cleanEnvironment(env: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: "/nonexistent", LANG: "C.UTF-8", ...LARGE_PAGES, ...env };
}
