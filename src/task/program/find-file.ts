import { posix } from "node:path";
import type { ImportKind } from "./import-statement.ts";
import { type PackagedFiles, readManifest } from "./package-manifests.ts";

const EXTENSIONS = [".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".json"];
/** TypeScript sources may import files by the names of their compiled output. */
const SOURCE_OF: Readonly<Record<string, string>> = { ".js": ".ts", ".mjs": ".mts", ".cjs": ".cts" };

/** Returns the file for a path, and tries the usual extensions, the main file of a package, and an index. */
export async function findFile(
  task: PackagedFiles,
  wanted: string,
  kind: ImportKind = "import",
  depth = 0,
): Promise<string | undefined> {
  const { paths } = task;
  const path = posix.normalize(wanted).replace(/\/$/, "");
  if (paths.has(path)) return path;
  const ending = posix.extname(path);
  const source = SOURCE_OF[ending];
  if (source !== undefined) {
    const typescript = path.slice(0, -ending.length) + source;
    if (paths.has(typescript)) return typescript;
  }
  for (const extension of EXTENSIONS) if (paths.has(path + extension)) return path + extension;
  const manifest = await readManifest(task, path);
  // A module that is required has to be the one whose exports are what `module.exports` is.
  const main = kind === "import" ? (manifest?.module ?? manifest?.main) : (manifest?.main ?? manifest?.module);
  // The depth stops packages whose main refers to themselves.
  if (typeof main === "string" && depth < 4) {
    const found = await findFile(task, posix.join(path, main), kind, depth + 1);
    if (found !== undefined) return found;
  }
  const folder = path === "." || path === "" ? "" : `${path}/`;
  return EXTENSIONS.map((extension) => `${folder}index${extension}`).find((index) => paths.has(index));
}
