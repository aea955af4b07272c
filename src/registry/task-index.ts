import { compareBuild, prerelease } from "semver";
import type { Problem } from "../domain/problem.ts";
import type { TaskVersion } from "./registry.ts";
import type { SourceEntry } from "./source.ts";

/** A version with the means to read it. */
export interface IndexedVersion {
  version: TaskVersion;
  entry: SourceEntry;
}

/** All tasks of all sources. */
export interface TaskIndex {
  /** By uuid, newest version first: releases before pre-releases. */
  tasks: ReadonlyMap<string, readonly IndexedVersion[]>;
  /** Warnings about versions that come from two places and labels that name two tasks, by source. */
  problems: ReadonlyMap<string, readonly Problem[]>;
}

/**
 * Puts sources together. Where two have the same version of a task, the one that stands first counts.
 * @param validatedAt when a version's files were found valid, by checksum
 */
export function buildIndex(
  sources: readonly { name: string; entries: readonly SourceEntry[] }[],
  validatedAt: (checksum: string) => number | null,
): TaskIndex {
  const tasks = new Map<string, IndexedVersion[]>();
  const problems = new Map<string, Problem[]>();
  const warn = (source: string, file: string, message: string, remedy: string) => {
    const list = problems.get(source) ?? [];
    list.push({ severity: "warning", file, message, remedy });
    problems.set(source, list);
  };
  for (const { name, entries } of sources) {
    for (const entry of entries) {
      const { uuid, version, label, origin, checksum } = entry.version;
      const versions = tasks.get(uuid) ?? [];
      const first = versions.find((other) => other.version.version === version);
      if (first !== undefined) {
        const same = first.version.checksum === checksum ? "the same" : "another";
        const message = `Version ${version} of ${label} (${uuid}) is also in ${first.version.origin}, with ${same} content; that one counts.`;
        warn(name, origin, message, "Give a changed task a new version, a new one its own uuid.");
        continue;
      }
      versions.push({ version: { ...entry.version, source: name, validatedAt: validatedAt(checksum) }, entry });
      tasks.set(uuid, versions);
    }
  }
  const labels = new Map<string, TaskVersion>();
  for (const versions of tasks.values()) {
    versions.sort((a, b) => newestFirst(a.version.version, b.version.version));
    const newest = versions[0]?.version;
    if (newest === undefined) continue;
    const other = labels.get(newest.label);
    if (other === undefined) labels.set(newest.label, newest);
    else {
      const message = `The label "${newest.label}" is also that of ${other.origin}, another task.`;
      warn(newest.source, newest.origin, message, "Give one another label, or name it by its uuid.");
    }
  }
  return { tasks, problems };
}

/** Semantic Versioning 2.0.0, section 11, with releases before pre-releases: nobody gets those without asking. */
function newestFirst(a: string, b: string): number {
  const early = Number(prerelease(a) !== null) - Number(prerelease(b) !== null);
  return early === 0 ? compareBuild(b, a) : early;
}
