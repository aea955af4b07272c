import { compareBuild, prerelease } from "semver";
import type { Problem } from "../domain/problem.ts";
import { missingDependencies } from "./missing-dependencies.ts";
import type { TaskVersion } from "./registry.ts";
import type { SourceEntry } from "./source.ts";

/** A version and the entry that reads it. */
export interface IndexedVersion {
  version: TaskVersion;
  entry: SourceEntry;
  /** Problems of its dependencies: it must not run while there are any. */
  missing: readonly Problem[];
}

/** All tasks of all sources. */
export interface TaskIndex {
  /** By uuid, newest version first: releases before pre-releases. */
  tasks: ReadonlyMap<string, readonly IndexedVersion[]>;
  /** Problems that only all sources together have, by source: versions in two places, labels of two tasks, missing dependencies. */
  problems: ReadonlyMap<string, readonly Problem[]>;
}

/** The index before the first scan. */
export const EMPTY_INDEX: TaskIndex = { tasks: new Map(), problems: new Map() };

/** Finds a version of a task. @param version exact; null for the newest */
export function findVersion(index: TaskIndex, uuid: string, version: string | null): IndexedVersion | undefined {
  const versions = index.tasks.get(uuid);
  return version === null ? versions?.[0] : versions?.find((one) => one.version.version === version);
}

/**
 * Merges sources. If two have the same version of a task, the first one wins.
 * @param validatedAt returns when a version's files were found valid, by checksum
 */
export function buildIndex(
  sources: readonly { name: string; entries: readonly SourceEntry[] }[],
  validatedAt: (checksum: string) => number | null,
): TaskIndex {
  const tasks = new Map<string, IndexedVersion[]>();
  const problems = new Map<string, Problem[]>();
  const report = (source: string, ...found: readonly Problem[]) => {
    problems.set(source, [...(problems.get(source) ?? []), ...found]);
  };
  const warn = (source: string, file: string, message: string, remedy: string) =>
    report(source, { severity: "warning", file, message, remedy });
  for (const { name, entries } of sources) {
    for (const entry of entries) {
      const { uuid, version, label, origin, checksum } = entry.version;
      const versions = tasks.get(uuid) ?? [];
      const first = versions.find((other) => other.version.version === version);
      if (first !== undefined) {
        const same = first.version.checksum === checksum ? "the same" : "different";
        const message = `Version ${version} of ${label} (${uuid}) is also in ${first.version.origin}, with ${same} content; that one is used.`;
        warn(name, origin, message, "Give a changed task a new version, and a new task its own uuid.");
        continue;
      }
      versions.push({
        version: { ...entry.version, source: name, validatedAt: validatedAt(checksum) },
        entry,
        missing: [],
      });
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
      const message = `The label "${newest.label}" is also used by another task, ${other.origin}.`;
      warn(newest.source, newest.origin, message, "Give one of them another label, or refer to it by its uuid.");
    }
  }
  checkDependencies(tasks, report);
  return { tasks, problems };
}

function checkDependencies(
  tasks: ReadonlyMap<string, IndexedVersion[]>,
  report: (source: string, ...problems: readonly Problem[]) => void,
): void {
  const all = [...tasks.values()].flat();
  const needing = all.filter(({ version }) => version.dependencies !== undefined);
  if (needing.length === 0) return;
  const byName = Map.groupBy(all, ({ version }) => version.label);
  for (const [uuid, versions] of tasks) byName.set(uuid, versions);
  const find = (task: string) =>
    (byName.get(task) ?? byName.get(task.toLowerCase()) ?? []).map(({ version }) => version);
  const labels = () => [...new Set(all.map(({ version }) => version.label))];
  for (const indexed of needing) {
    indexed.missing = missingDependencies(indexed.version, find, labels);
    report(indexed.version.source, ...indexed.missing);
  }
}

/** Semantic Versioning 2.0.0, section 11, but releases come before pre-releases: those run only on request. */
function newestFirst(a: string, b: string): number {
  const early = Number(prerelease(a) !== null) - Number(prerelease(b) !== null);
  return early === 0 ? compareBuild(b, a) : early;
}
