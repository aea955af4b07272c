import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { GitReference, SourcePlace } from "../config/source-place.ts";
import { RatchetError } from "../domain/errors.ts";
import { type CopyFolder, createCopyFolder } from "./copy-folder.ts";
import { git } from "./git-command.ts";
import { checkTree } from "./git-tree.ts";
import { placeEntries } from "./place-entries.ts";
import type { Source, SourceContent } from "./source.ts";
import type { SourceDefinition } from "./source-definition.ts";
import { type SourceLimits, tooManyBytes } from "./source-limits.ts";

const STATE = "state.json";
const REPOSITORY = "repository.git";
const COMMIT = /^[\da-f]{40}(?:[\da-f]{24})?$/;

/** Creates a source for a folder of a git repository, at the newest commit of a branch or at a tag. */
export function createGitSource(
  definition: SourceDefinition,
  place: SourcePlace & { kind: "git" },
  copies: string,
  limits: SourceLimits,
): Source {
  const { url, reference, folder } = place;
  const copy = createCopyFolder(copies, JSON.stringify(["git", url, reference, folder]));
  let last: SourceContent | undefined;

  async function contentOf(commit: string): Promise<SourceContent> {
    const path = join(copy.path, commit, folder);
    if (!existsSync(path) || !statSync(path).isDirectory()) {
      throw missingFolder(folder, commit);
    }
    const checkout = join(copy.path, commit);
    const name = `${definition.uri}@${commit.slice(0, 12)}`;
    const { entries, problems } = await placeEntries(path, new Map(), (text) => text.replaceAll(checkout, name));
    return { kind: "git", revision: commit, entries, problems };
  }

  /** Fetches the commit, compressed. */
  async function fetchCommit(repository: string, signal: AbortSignal): Promise<string> {
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
    if (!COMMIT.test(commit)) throw new RatchetError("INTERNAL", "git returned no commit.");
    return commit;
  }

  return {
    definition,
    remote: true,
    async look(signal) {
      await copy.prepare();
      const repository = join(copy.path, REPOSITORY);
      const commit = await fetchCommit(repository, signal);
      if (last !== undefined && last.revision === commit) return last;
      try {
        await checkOut(copy, repository, commit, folder, limits, signal);
      } catch (error) {
        // Also removes a repository that is over the limits or incomplete.
        await rm(repository, { recursive: true, force: true });
        throw error;
      }
      last = await contentOf(commit);
      await copy.write(STATE, JSON.stringify({ commit, tasks: checksums(last) }));
      await copy.keepOnly(new Set([STATE, REPOSITORY, commit]));
      return last;
    },
    async recall() {
      const state = await copy.readJson(STATE);
      if (!isState(state)) return undefined;
      try {
        const content = await contentOf(state.commit);
        if (Bun.deepEquals(checksums(content), state.tasks)) {
          last = content;
          return last;
        }
      } catch {
        // The copy is missing or changed: remove it, so that it is fetched again.
      }
      await copy.keepOnly(new Set([STATE, REPOSITORY]));
      return undefined;
    },
  };
}

/** The checksums of all tasks, to detect a changed copy. */
const checksums = ({ entries }: SourceContent): string[] => entries.map(({ version }) => version.checksum);

function isState(value: unknown): value is { commit: string; tasks: string[] } {
  if (typeof value !== "object" || value === null || !("commit" in value) || !("tasks" in value)) return false;
  return typeof value.commit === "string" && COMMIT.test(value.commit) && Array.isArray(value.tasks);
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

/** Checks out a commit's folder into a separate folder, which appears whole or not at all. */
async function checkOut(
  copy: CopyFolder,
  repository: string,
  commit: string,
  folder: string,
  limits: SourceLimits,
  signal: AbortSignal,
): Promise<void> {
  const target = join(copy.path, commit);
  if (existsSync(target)) return;
  const tree = folder === "" ? commit : await folderTree(repository, commit, folder, signal);
  await checkTree(repository, tree, limits, signal);
  const partial = join(copy.path, `.partial-${crypto.randomUUID()}`);
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
async function folderTree(repository: string, commit: string, folder: string, signal: AbortSignal): Promise<string> {
  const at = [`--git-dir=${repository}`];
  try {
    const tree = (await git([...at, "rev-parse", "--verify", `${commit}:${folder}`], signal)).trim();
    return (await git([...at, "rev-parse", "--verify", `${tree}^{tree}`], signal)).trim();
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw missingFolder(folder, commit, cause);
  }
}

function missingFolder(folder: string, commit: string, cause?: unknown): RatchetError {
  return new RatchetError("TASK_NOT_FOUND", `The repository has no folder "${folder}" at ${commit.slice(0, 12)}.`, {
    remedy: "Correct the folder, or the branch.",
    cause,
  });
}
