import { isAbsolute } from "node:path";
import { RatchetError } from "../../domain/errors.ts";
import type { CommandDefinition } from "./command.ts";
import type { ParsedArguments } from "./parse-arguments.ts";
import { positionalsOf } from "./strict-arguments.ts";

/**
 * Whether the folder that the process was started in was deleted. The executable's first instructions move such a
 * process to its own /proc/PID/fd, where nobody starts a program on purpose: see build/elf-start.ts.
 */
export function isCurrentFolderGone(): boolean {
  return process.platform === "linux" && process.cwd() === `/proc/${process.pid}/fd`;
}

/**
 * Stops a command that needs the current folder if that was deleted: one with a relative path, or with defaults in that
 * folder.
 * @throws {RatchetError} ENVIRONMENT
 */
export function checkCurrentFolder(command: CommandDefinition, { args, words }: ParsedArguments): void {
  if (!isCurrentFolderGone()) return;
  const positionals = positionalsOf(command.args);
  const paths = words.filter((_, index) => (positionals[index] ?? positionals.at(-1))?.[1].complete !== undefined);
  for (const [name, definition] of Object.entries(command.args)) {
    const value = args[name];
    const isPath =
      definition.type !== "boolean" && definition.type !== "positional" && definition.complete !== undefined;
    if (isPath && typeof value === "string") paths.push(value);
  }
  const relative = paths.find((path) => path !== "-" && !isAbsolute(path));
  if (relative === undefined && command.needsCurrentFolder?.(args) !== true) return;
  const what = relative === undefined ? "" : `, so ${relative} can't be found`;
  throw new RatchetError("ENVIRONMENT", `the current folder was deleted${what}.`, {
    remedy: "Change to a folder that exists (cd) and try again, or give absolute paths.",
  });
}
