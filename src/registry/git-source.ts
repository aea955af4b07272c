import { existsSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { SourcePlace } from "../config/source-place.ts";
import { isObject } from "../lib/is-object.ts";
import { type CopyFolder, createCopyFolder } from "./copy-folder.ts";
import { checkOut, missingFolder } from "./git-checkout.ts";
import { fetchCommit, isCommit } from "./git-fetch.ts";
import { placeEntries } from "./place-entries.ts";
import type { Source, SourceContent } from "./source.ts";
import type { SourceDefinition } from "./source-definition.ts";
import type { SourceLimits } from "./source-limits.ts";

/** The name of the file that describes the copy. */
const STATE = "state.json";
const REPOSITORY = "repository.git";

/** A git source as configured, and its copy on this machine. */
interface GitCopy {
  readonly definition: SourceDefinition;
  readonly place: SourcePlace & { kind: "git" };
  readonly limits: SourceLimits;
  readonly copy: CopyFolder;
}

/** Creates a source for a folder of a git repository, at the newest commit of a branch or at a tag. */
export function createGitSource(
  definition: SourceDefinition,
  place: SourcePlace & { kind: "git" },
  copies: string,
  limits: SourceLimits,
): Source {
  const { url, reference, folder } = place;
  const copy = createCopyFolder(copies, JSON.stringify(["git", url, reference, folder]));
  const source: GitCopy = { definition, place, limits, copy };
  let last: SourceContent | undefined;
  return {
    definition,
    remote: true,
    async scan(signal) {
      last = await scan(source, last, signal);
      return last;
    },
    async loadCopy() {
      last = await loadCopy(source);
      return last;
    },
  };
}

async function scan(source: GitCopy, last: SourceContent | undefined, signal: AbortSignal): Promise<SourceContent> {
  const { copy, place, limits } = source;
  await copy.prepare();
  const repository = join(copy.path, REPOSITORY);
  const commit = await fetchCommit(repository, place, limits, signal);
  if (last !== undefined && last.revision === commit) return last;
  try {
    const target = join(copy.path, commit);
    await checkOut({ repository, commit, folder: place.folder, limits, target }, signal);
  } catch (error) {
    // Also removes a repository that is over the limits or incomplete.
    await rm(repository, { recursive: true, force: true });
    throw error;
  }
  const content = await contentOf(source, commit);
  await copy.write(STATE, JSON.stringify({ commit, tasks: checksums(content) }));
  await copy.keepOnly(new Set([STATE, REPOSITORY, commit]));
  return content;
}

async function loadCopy(source: GitCopy): Promise<SourceContent | undefined> {
  const state = await source.copy.readJson(STATE);
  if (!isState(state)) return undefined;
  try {
    const content = await contentOf(source, state.commit);
    if (Bun.deepEquals(checksums(content), state.tasks)) return content;
  } catch {
    // The copy is missing or changed: remove it, so that it is fetched again.
  }
  await source.copy.keepOnly(new Set([STATE, REPOSITORY]));
  return undefined;
}

/** Reads the tasks of a commit that is checked out. */
async function contentOf({ definition, place, copy }: GitCopy, commit: string): Promise<SourceContent> {
  const checkout = join(copy.path, commit);
  const path = join(checkout, place.folder);
  if (!existsSync(path) || !statSync(path).isDirectory()) throw missingFolder(place.folder, commit);
  const name = `${definition.uri}@${commit.slice(0, 12)}`;
  const { entries, problems } = await placeEntries(path, new Map(), (text) => text.replaceAll(checkout, name));
  return { kind: "git", revision: commit, entries, problems };
}

/** Returns the checksums of all tasks, to detect a changed copy. */
const checksums = ({ entries }: SourceContent): string[] => entries.map(({ version }) => version.checksum);

function isState(value: unknown): value is { commit: string; tasks: string[] } {
  if (!isObject(value)) return false;
  return typeof value.commit === "string" && isCommit(value.commit) && Array.isArray(value.tasks);
}
