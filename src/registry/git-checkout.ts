import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import { git } from "./git-command.ts";
import { checkTree } from "./git-tree.ts";
import type { SourceLimits } from "./source-limits.ts";

/** What to check out, and where. */
export interface Checkout {
  /** The local repository. */
  repository: string;
  commit: string;
  /** Folder of the repository; empty for all of it. */
  folder: string;
  limits: SourceLimits;
  /** The folder for the files. It appears whole or not at all. */
  target: string;
}

/**
 * Checks out a folder of a commit. Does nothing if the target exists.
 * @throws {RatchetError} TASK_NOT_FOUND without such a folder; TASK_INVALID if it is over the limits; ENVIRONMENT
 */
export async function checkOut(checkout: Checkout, signal: AbortSignal): Promise<void> {
  const { repository, commit, folder, limits, target } = checkout;
  if (existsSync(target)) return;
  const tree = folder === "" ? commit : await folderTree(checkout, signal);
  await checkTree(repository, tree, limits, signal);
  const partial = join(dirname(target), `.partial-${crypto.randomUUID()}`);
  try {
    await mkdir(join(partial, folder), { recursive: true, mode: 0o700 });
    const at = [`--git-dir=${repository}`, `--work-tree=${join(partial, folder)}`];
    await git([...at, "read-tree", tree], signal);
    await git([...at, "checkout-index", "--all", "--force", "--quiet"], signal);
    await rename(partial, target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Returns the hash of a folder's tree. */
async function folderTree({ repository, commit, folder }: Checkout, signal: AbortSignal): Promise<string> {
  const at = [`--git-dir=${repository}`];
  try {
    const tree = (await git([...at, "rev-parse", "--verify", `${commit}:${folder}`], signal)).trim();
    return (await git([...at, "rev-parse", "--verify", `${tree}^{tree}`], signal)).trim();
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw missingFolder(folder, commit, cause);
  }
}

/** Creates the error for a folder that the repository does not have. */
export function missingFolder(folder: string, commit: string, cause?: unknown): RatchetError {
  return new RatchetError("TASK_NOT_FOUND", `The repository has no folder "${folder}" at ${commit.slice(0, 12)}.`, {
    remedy: "Correct the folder, or the branch.",
    cause,
  });
}
