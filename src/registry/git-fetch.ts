import { existsSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { GitReference } from "../config/source-place.ts";
import { RatchetError } from "../domain/errors.ts";
import { git } from "./git-command.ts";
import { type SourceLimits, tooManyBytes } from "./source-limits.ts";

const COMMIT = /^[\da-f]{40}(?:[\da-f]{24})?$/;

/** Returns true for the hash of a commit. */
export const isCommit = (text: string): boolean => COMMIT.test(text);

/**
 * Fetches the newest commit of a branch, or the commit of a tag, compressed into a local repository.
 * @returns its hash
 * @throws {RatchetError} ENVIRONMENT; TASK_INVALID if it is over the limits
 */
export async function fetchCommit(
  repository: string,
  { url, reference }: { url: string; reference: GitReference },
  limits: SourceLimits,
  signal: AbortSignal,
): Promise<string> {
  // Each commit leaves a pack behind: once they are too large, start over with the newest commit alone.
  if ((await folderBytes(repository)) > limits.maxBytes) await rm(repository, { recursive: true, force: true });
  if (!existsSync(repository)) await git(["init", "--quiet", "--bare", "--template=", repository], signal);
  const refs = [`${remoteName(reference)}:refs/ratchet/current`];
  const at = [`--git-dir=${repository}`];
  const fetch = ["fetch", "--quiet", "--depth=1", "--no-tags", "--force", "--", url, ...refs];
  try {
    await git([...at, ...fetch], signal, { maxFileBytes: limits.maxBytes });
  } catch (error) {
    const largest = await removeLeftovers(join(repository, "objects", "pack"));
    throw largest > limits.maxBytes - 512 ? tooManyBytes("The packed files of the repository", limits) : error;
  }
  const commit = (await git([...at, "rev-parse", "--verify", "refs/ratchet/current^{commit}"], signal)).trim();
  if (!isCommit(commit)) throw new RatchetError("INTERNAL", "git returned no commit.");
  return commit;
}

function remoteName(reference: GitReference): string {
  if (reference.kind === "default") return "HEAD";
  return `refs/${reference.kind === "branch" ? "heads" : "tags"}/${reference.name}`;
}

/** Removes the partial files of an interrupted fetch. @returns the size of the largest one, bytes */
async function removeLeftovers(folder: string): Promise<number> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith("tmp_"));
  let largest = 0;
  for (const path of names.map((name) => join(folder, name))) {
    largest = Math.max(largest, (await stat(path).catch(() => undefined))?.size ?? 0);
    await rm(path, { force: true });
  }
  return largest;
}

/** Returns the size of all files below a folder, bytes; 0 if it does not exist. */
async function folderBytes(path: string): Promise<number> {
  const names = await readdir(path, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(path, name)).catch(() => null))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
