import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { RatchetError } from "../../../domain/errors.ts";
import { loadTask } from "../../../task/load.ts";
import { splitSelector } from "../../../task/task-selector.ts";
import type { Invocation } from "../../framework/command.ts";
import { onInterrupt } from "../../framework/interrupt.ts";
import { isTerminal } from "../../framework/output.ts";
import type { RunOptions } from "../run/options.ts";
import { type FileWatch, watchFolder, watchFoldersOf, watchNamedFiles } from "./file-watch.ts";

/** Runs a task whenever its files change, until the process is interrupted. */
export async function watchRuns(options: RunOptions, context: Invocation): Promise<number> {
  const { path, "task-options": words } = options;
  if (path === "-" || words.includes("-") || options["input-file"] === "-" || options.input === "@-") {
    throw new RatchetError("USAGE", "watch: standard input can be read only once.", {
      remedy: "Put the program and its input into files.",
    });
  }
  if (options.ndjson) {
    throw new RatchetError("USAGE", "watch: a stream can't be run again.", { remedy: "Use `ratchet run --ndjson`." });
  }
  // A path that doesn't exist is an error, and so is a broken configuration; a broken program may be mended.
  statTask(path);
  await context.config();
  const results = [options.output, options.record, options.ledger].filter((one) => one !== undefined);
  let child: Bun.Subprocess | undefined;
  let parts: readonly string[] = [];
  const interrupt = onInterrupt((signal) => {
    child?.kill(signal);
    process.kill(process.pid, signal);
  });
  try {
    for (;;) {
      const watching = await watched(path, results, parts);
      const { changes } = watching;
      parts = watching.parts;
      try {
        child = startRun();
        const changed = changes.next();
        await Promise.race([child.exited, changed]);
        if (child.exitCode !== null && isTerminal("stderr")) {
          (await import("../../framework/people-log.ts")).createNotices().info("Waiting for a change; Ctrl-C ends.");
        }
        await changed;
        child.kill();
        await child.exited;
      } finally {
        changes.stop();
      }
    }
  } finally {
    interrupt.ignore();
  }
}

/** Runs the same command line as `run`, in a process of its own: each run starts from nothing, and can be ended. */
function startRun(): Bun.Subprocess {
  const own = process.argv.slice(2);
  const at = own.indexOf("watch");
  const args = own.with(at, "run");
  const compiled = process.argv[1]?.startsWith("/$bunfs/") === true;
  const program = compiled ? [process.execPath] : [process.execPath, process.argv[1] ?? ""];
  return Bun.spawn([...program, ...args], { stdin: "ignore", stdout: "inherit", stderr: "inherit" });
}

function statTask(path: string): void {
  const place = splitSelector(path).path;
  if (statSync(place, { throwIfNoEntry: false }) !== undefined) return;
  throw new RatchetError("TASK_NOT_FOUND", `${path} does not exist.`, {
    remedy: "Check the path, or create a task with `ratchet init`.",
    data: { path },
  });
}

/**
 * Watches what a path consists of: a folder, or a file and those that it imports.
 * @param parts the files that it consisted of before
 */
async function watched(
  path: string,
  results: readonly string[],
  parts: readonly string[],
): Promise<{ changes: FileWatch; parts: readonly string[] }> {
  const place = splitSelector(path).path;
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory()) {
    return { changes: watchFolder(place, results), parts };
  }
  try {
    const own = [place, ...(await importedFiles(place))];
    return { changes: watchNamedFiles(own), parts: own };
  } catch (error) {
    // The run reports what is wrong. Its cause may be in any file so far, or in one that is missing.
    const named = error instanceof RatchetError ? error.problems.map(({ file }) => file) : [];
    const nearby = [place, ...parts, ...named, ...named.map((name) => join(dirname(place), name))];
    return { changes: watchFoldersOf(nearby, results), parts };
  }
}

/** @throws {RatchetError} if the program can't be loaded */
async function importedFiles(path: string): Promise<string[]> {
  const program = await (await loadTask(path)).program();
  const names = program.places?.files ?? [];
  return names
    .filter((name) => name !== "" && !name.startsWith("node_modules/"))
    .map((name) => join(dirname(path), name));
}
