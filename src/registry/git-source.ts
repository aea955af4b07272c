import { existsSync, statSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { GitReference, SourcePlace } from "../config/source-place.ts";
import { RatchetError } from "../domain/errors.ts";
import { type CopyFolder, createCopyFolder } from "./copy-folder.ts";
import { git } from "./git-command.ts";
import { placeEntries } from "./place-entries.ts";
import type { Source, SourceContent } from "./source.ts";
import type { SourceDefinition } from "./source-definition.ts";

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
        // It is not there, or not what it was: removed, so that it is made anew.
      }
      await copy.keepOnly(new Set([STATE, REPOSITORY]));
      return undefined;
    },
  };
}

/** Of all tasks: whether a copy is still what it was. */
const checksums = ({ entries }: SourceContent): string[] => entries.map(({ version }) => version.checksum);

function isState(value: unknown): value is { commit: string; tasks: string[] } {
  if (typeof value !== "object" || value === null || !("commit" in value) || !("tasks" in value)) return false;
  return typeof value.commit === "string" && COMMIT.test(value.commit) && Array.isArray(value.tasks);
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
    await mkdir(partial, { mode: 0o700 });
    const at = [`--git-dir=${repository}`, `--work-tree=${partial}`];
    await git([...at, "read-tree", commit], signal);
    await git([...at, "checkout-index", "--all", "--force", "--quiet"], signal);
    await rename(partial, target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
