import { posix } from "node:path";
import { isObject } from "../../lib/is-object.ts";
import { decodeUtf8 } from "../json-file.ts";
import { exportTarget, packageConditions } from "./export-target.ts";
import { findFile } from "./find-file.ts";
import type { ImportStatement } from "./import-statement.ts";
import { type Manifest, type PackagedFiles, packageFolder, readManifest } from "./package-manifests.ts";

/** What a page has and a task lacks. A file that asks for one with `typeof` can do without it. */
const OF_A_PAGE: readonly [name: string, use: RegExp][] = [
  ["window", /\bwindow\s*\.\s*\w/],
  ["document", /\bdocument\s*\.\s*\w/],
  ["localStorage", /\blocalStorage\s*\.\s*\w/],
  ["XMLHttpRequest", /\bXMLHttpRequest\b/],
  ["DOMParser", /\bDOMParser\b/],
];

/**
 * Decides whether a package is used in its browser build, which a task resembles most. It is not if the build's main
 * file is a bundle for script tags, or needs a page.
 * @param folder of the package
 */
export function usesBrowserBuild(task: PackagedFiles, folder: string): Promise<boolean> {
  let decision = task.browserBuilds.get(folder);
  if (decision === undefined) {
    decision = decide(task, folder);
    task.browserBuilds.set(folder, decision);
  }
  return decision;
}

async function decide(task: PackagedFiles, folder: string): Promise<boolean> {
  if (folder === ".") return true;
  const manifest = await readManifest(task, folder);
  const main = manifest === undefined ? undefined : await browserMain(task, folder, manifest);
  const bytes = main === undefined ? undefined : await task.files.read(main);
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  return text === undefined || !isForPages(text);
}

/** A build that asks for AMD is a bundle for script tags, which often lacks parts of the package. */
function isForPages(text: string): boolean {
  if (/\bdefine\.amd\b/.test(text)) return true;
  return OF_A_PAGE.some(
    ([name, use]) => use.test(text) && !new RegExp(`typeof\\s*\\(?\\s*(?:\\w+\\.)?${name}\\b`).test(text),
  );
}

/** Returns the main file of the browser build, if the package has one. */
async function browserMain(task: PackagedFiles, folder: string, manifest: Manifest): Promise<string | undefined> {
  const { browser, exports } = manifest;
  if (exports !== undefined) {
    const [target] = await exportTarget(manifest, ".", packageConditions("import", true));
    const path = target === undefined ? undefined : posix.join(folder, target);
    return path === undefined ? undefined : inMap(task, folder, browser, path) || path;
  }
  if (typeof browser === "string") return findFile(task, posix.join(folder, browser));
  const main = await findFile(task, folder);
  return main === undefined ? undefined : inMap(task, folder, browser, main) || undefined;
}

/**
 * Applies the `browser` field of the package that a file belongs to.
 * @param kind "specifier" for what a file of the package imports, "file" for a path that it was resolved to
 * @returns what to import instead, `false` for nothing, undefined if the field does not say
 */
export async function browserReplacement(
  task: PackagedFiles,
  { specifier, importer }: ImportStatement,
  kind: "specifier" | "file" = "specifier",
): Promise<string | false | undefined> {
  const isRelative = /^\.{1,2}(?:\/|$)/.test(specifier);
  if (kind === "specifier" && isRelative) return undefined;
  const folder = packageFolder(kind === "file" ? specifier : importer);
  if (folder === ".") return undefined;
  const { browser } = (await readManifest(task, folder)) ?? {};
  if (!isObject(browser) || !(await usesBrowserBuild(task, folder))) return undefined;
  if (kind === "file") return inMap(task, folder, browser, specifier);
  const value = browser[specifier.replace(/^node:/, "")] ?? browser[specifier];
  if (value === false) return false;
  if (typeof value !== "string") return undefined;
  return value.startsWith(".") ? relativeTo(importer, posix.join(folder, value)) : value;
}

function inMap(task: PackagedFiles, folder: string, browser: unknown, path: string): string | false | undefined {
  if (!isObject(browser)) return undefined;
  const name = `./${posix.relative(folder, path)}`;
  const value = browser[name] ?? browser[name.slice(2)] ?? browser[name.replace(/\.[cm]?js$/, "")];
  if (value === false) return false;
  if (typeof value !== "string" || !value.startsWith(".")) return undefined;
  const target = posix.join(folder, value);
  return [target, `${target}.js`, `${target}/index.js`].find((file) => task.paths.has(file));
}

function relativeTo(importer: string, path: string): string {
  const relative = posix.relative(posix.dirname(importer), path);
  return relative.startsWith(".") ? relative : `./${relative}`;
}
