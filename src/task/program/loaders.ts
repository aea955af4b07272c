import { posix } from "node:path";
import type { ImportType } from "./import-types.ts";
import type { Resolution } from "./resolve-import.ts";

/** How the bundler reads a file, by the ending of its name. */
export const LOADERS: Readonly<Record<string, Bun.Loader>> = {
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".jsx": "jsx",
  ".tsx": "tsx",
  ".json": "json",
  ".txt": "text",
  ".md": "text",
  ".html": "text",
  ".xml": "text",
  ".csv": "text",
  ".sql": "text",
  ".graphql": "text",
  ".svg": "text",
  ".css": "text",
  ".tsv": "text",
  ".ndjson": "text",
};
/** Endings of files that are imported as bytes. */
export const BYTES = /\.(?:bin|dat|wasm|png|jpe?g|gif|webp|avif|ico|pdf|zip|gz|woff2?|ttf)$/i;
/** Namespaces for files that are imported as something else than their names say. */
export const NAMESPACES: Readonly<Record<ImportType, string>> = { json: "json", text: "text", bytes: "bytes" };

/** Is this a loader for code? */
export function isCode(loader: Bun.Loader): loader is "js" | "ts" | "jsx" | "tsx" {
  return loader === "js" || loader === "ts" || loader === "jsx" || loader === "tsx";
}

/** Refuses files in formats that the bundler has no loader for. */
export function importable(resolution: Resolution): Resolution {
  if (!("path" in resolution) || LOADERS[posix.extname(resolution.path)] !== undefined) return resolution;
  return {
    message: `The file ${resolution.path} cannot be imported`,
    remedy: `Import only files that end with ${Object.keys(LOADERS).join(", ")}.`,
  };
}
