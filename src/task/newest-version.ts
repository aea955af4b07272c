import { compareBuild, prerelease } from "semver";
import type { TaskDefinition } from "../domain/task.ts";

/** Returns the newest of the versions of a task: releases count more than pre-releases. */
export function newestVersion(tasks: readonly TaskDefinition[]): TaskDefinition | undefined {
  return [...tasks].sort((a, b) => comparePrecedence(b.metadata.version, a.metadata.version))[0];
}

function comparePrecedence(a: string, b: string): number {
  const isRelease = (version: string) => (prerelease(version) === null ? 1 : 0);
  return isRelease(a) - isRelease(b) || compareBuild(a, b);
}
