import { posix } from "node:path";
import { nodeModuleName } from "../node/module-table.ts";
import { usesBrowserBuild } from "./browser-build.ts";
import { exportTarget, packageConditions } from "./export-target.ts";
import { findFile } from "./find-file.ts";
import type { ImportKind, ImportStatement } from "./import-statement.ts";
import { type PackagedFiles, packageFolder, readManifest } from "./package-manifests.ts";

type Found = { path: string } | { nodeModule: string };

/** Finds the file of a package in the nearest `node_modules` folder of the task that contains it. */
export async function findPackage(task: PackagedFiles, statement: ImportStatement): Promise<Found | undefined> {
  const { importer, kind } = statement;
  // `events/` is the package, where `events` is the module of Node.js.
  const specifier = statement.specifier.replace(/\/$/, "");
  const parts = specifier.split("/");
  if (parts.includes("..") || parts.includes("")) return undefined;
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const inside = parts.slice(name.split("/").length);
  for (let folder = posix.dirname(importer); ; folder = posix.dirname(folder)) {
    const root = posix.join(folder, "node_modules", name);
    const path = await findIn(task, root, inside, kind);
    if (path !== undefined) return path === null ? undefined : { path };
    if (folder === "." || folder === "/") return undefined;
  }
}

/** @returns the file; null if the package is there and does not export it; undefined if the package is not there */
async function findIn(
  task: PackagedFiles,
  root: string,
  inside: readonly string[],
  kind: ImportKind,
): Promise<string | null | undefined> {
  const manifest = await readManifest(task, root);
  const browser = manifest !== undefined && (await usesBrowserBuild(task, root));
  if (manifest?.exports !== undefined) {
    const targets = await exportTarget(manifest, [".", ...inside].join("/"), packageConditions(kind, browser));
    return targets.map((target) => posix.join(root, target)).find((path) => task.paths.has(path)) ?? null;
  }
  if (inside.length === 0 && browser && typeof manifest.browser === "string") {
    const path = await findFile(task, posix.join(root, manifest.browser));
    if (path !== undefined) return path;
  }
  return findFile(task, posix.join(root, ...inside), kind);
}

/** Finds what `#name` stands for, by the `imports` of the package that the importing file belongs to. */
export async function findInPackage(task: PackagedFiles, statement: ImportStatement): Promise<Found | undefined> {
  const { specifier, importer, kind } = statement;
  const folder = packageFolder(importer);
  const manifest = await readManifest(task, folder);
  if (manifest?.imports === undefined) return undefined;
  const conditions = packageConditions(kind, await usesBrowserBuild(task, folder));
  for (const target of await exportTarget(manifest, specifier, conditions)) {
    const nodeModule = nodeModuleName(target);
    if (nodeModule !== undefined) return { nodeModule };
    if (!target.startsWith(".")) return findPackage(task, { ...statement, specifier: target });
    const path = posix.join(folder, target);
    if (task.paths.has(path) && !path.startsWith("../")) return { path };
  }
  return undefined;
}
