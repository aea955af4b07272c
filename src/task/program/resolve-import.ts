import { posix } from "node:path";
import { nodeModuleName } from "../node/module-table.ts";
import { browserReplacement } from "./browser-build.ts";
import { findFile } from "./find-file.ts";
import type { ImportStatement } from "./import-statement.ts";
import type { PackagedFiles } from "./package-manifests.ts";
import { findInPackage, findPackage } from "./resolve-package.ts";

/**
 * What an import refers to: a file of the task, one of Node.js's modules (its name without `node:`), nothing at all (a
 * package leaves the module out of its browser build), or why it cannot be resolved.
 */
export type Resolution =
  | { path: string }
  | { nodeModule: string }
  | { empty: true }
  | { message: string; remedy: string };

/**
 * Finds what an import refers to: a file of the task by relative path, one of Node.js's modules, or a package in a
 * `node_modules` folder of the task. As in Node.js, its modules go before packages with the same names; `events/` is
 * always the package. Nothing outside the task is ever read.
 */
export async function resolveImport(task: PackagedFiles, statement: ImportStatement): Promise<Resolution> {
  const replaced = await browserReplacement(task, statement);
  if (replaced === false) return { empty: true };
  const found = await resolveSpecifier(
    task,
    replaced === undefined ? statement : { ...statement, specifier: replaced },
  );
  if (!("path" in found)) return found;
  const inBrowser = await browserReplacement(task, { ...statement, specifier: found.path }, "file");
  if (inBrowser === false) return { empty: true };
  return inBrowser === undefined ? found : { path: inBrowser };
}

async function resolveSpecifier(task: PackagedFiles, statement: ImportStatement): Promise<Resolution> {
  const { specifier, importer } = statement;
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) {
    const wanted = posix.join(posix.dirname(importer), specifier);
    if (wanted === ".." || wanted.startsWith("../")) return leaves(specifier);
    const path = await findFile(task, wanted, statement.kind);
    if (path !== undefined) return { path };
    return { message: `The task has no file ${wanted}`, remedy: "Correct the path, or add the file." };
  }
  if (specifier.startsWith("/") || specifier.startsWith("\\") || /^[a-z]:[\\/]/i.test(specifier)) {
    return leaves(specifier);
  }
  if (/^(?:https?|data|file|blob|ftp):/i.test(specifier)) {
    return { message: "Imports from URLs are not supported", remedy: "Copy the file into the task." };
  }
  const nodeModule = nodeModuleName(specifier);
  if (nodeModule !== undefined) return { nodeModule };
  if (!/^[a-z]+:/i.test(specifier)) {
    const found = specifier.startsWith("#") ? await findInPackage(task, statement) : await findPackage(task, statement);
    if (found !== undefined) return found;
  }
  if (specifier === "bun" || /^(?:bun|node|cloudflare|deno|npm|jsr):/.test(specifier)) {
    const remedy = "Use the APIs that every task has, or a module of Node.js (`ratchet help`).";
    return { message: `Tasks run in a sandbox that has no module ${JSON.stringify(specifier)}`, remedy };
  }
  return {
    message: `The package ${JSON.stringify(specifier)} is not in the task`,
    remedy: "Import a file of the task as ./path, or add the package to the task's node_modules.",
  };
}

function leaves(specifier: string): Resolution {
  return {
    message: `The import ${JSON.stringify(specifier)} points outside the task's folder`,
    remedy: "Copy the file into the task and import it from there.",
  };
}
