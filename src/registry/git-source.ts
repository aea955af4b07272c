import { existsSync, statSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import { type CopyFolder, createCopyFolder } from "./copy-folder.ts";
import { git } from "./git-command.ts";
import { placeEntries } from "./place-entries.ts";
import type { Source, SourceContent } from "./source.ts";
import type { GitReference, SourceDefinition, SourcePlace } from "./source-definition.ts";

const STATE = "state.json";
const REPOSITORY = "repository.git";
const COMMIT = /^[\da-f]{40}(?:[\da-f]{24})?$/;

/** A folder of a git repository, at the newest commit of a branch or at a tag. */
export function createGitSource(
  definition: SourceDefinition,
  place: SourcePlace & { kind: "git" },
  copies: string,
): Source {
  const { url, reference, folder } = place;
  const copy = createCopyFolder(copies, JSON.stringify(["git", url, reference, folder]));
  let last: SourceContent | undefined;

  async function contentOf(commit: string): Promise<SourceContent> {
    const path = join(copy.path, commit, folder);
    if (!existsSync(path) || !statSync(path).isDirectory()) {
      throw new RatchetError("TASK_NOT_FOUND", `The repository has no folder "${folder}" at ${commit.slice(0, 12)}.`, {
        remedy: "Correct the folder, or the branch.",
      });
    }
    const checkout = join(copy.path, commit);
    const name = `${definition.uri}@${commit.slice(0, 12)}`;
    const { entries, problems } = await placeEntries(path, new Map(), (text) => text.replaceAll(checkout, name));
    return { kind: "git", revision: commit, entries, problems };
  }

  return {
    definition,
    remote: true,
    async look(signal) {
      await copy.prepare();
      const repository = join(copy.path, REPOSITORY);
      if (!existsSync(repository)) await git(["init", "--quiet", "--bare", "--template=", repository], signal);
      const refs = [`${remoteName(reference)}:refs/ratchet/current`];
      const at = [`--git-dir=${repository}`];
      await git([...at, "fetch", "--quiet", "--depth=1", "--no-tags", "--force", "--", url, ...refs], signal);
      const commit = (await git([...at, "rev-parse", "--verify", "refs/ratchet/current^{commit}"], signal)).trim();
      if (!COMMIT.test(commit)) throw new RatchetError("INTERNAL", "git gave no commit.");
      if (last !== undefined && last.revision === commit) return last;
      await checkOut(copy, repository, commit, signal);
      last = await contentOf(commit);
      await copy.write(STATE, JSON.stringify({ commit }));
      await copy.keepOnly(new Set([STATE, REPOSITORY, commit]));
      return last;
    },
    async recall() {
      const state = await copy.readJson(STATE);
      const commit = typeof state === "object" && state !== null && "commit" in state ? state.commit : undefined;
      if (typeof commit !== "string" || !COMMIT.test(commit)) return undefined;
      try {
        last = await contentOf(commit);
        return last;
      } catch {
        return undefined;
      }
    },
  };
}

function remoteName(reference: GitReference): string {
  if (reference.kind === "default") return "HEAD";
  return `refs/${reference.kind === "branch" ? "heads" : "tags"}/${reference.name}`;
}

/** Puts a commit's files into a folder of their own, which appears whole or not at all. */
async function checkOut(copy: CopyFolder, repository: string, commit: string, signal: AbortSignal): Promise<void> {
  const target = join(copy.path, commit);
  if (existsSync(target)) return;
  const partial = join(copy.path, `.partial-${crypto.randomUUID()}`);
  try {
    await mkdir(partial);
    const at = [`--git-dir=${repository}`, `--work-tree=${partial}`];
    await git([...at, "read-tree", commit], signal);
    await git([...at, "checkout-index", "--all", "--force", "--quiet"], signal);
    await rename(partial, target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
