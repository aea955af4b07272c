import { jsonFile } from "../templates/template.ts";
import { GUEST_TYPES_FILE, guestTypes } from "./guest-types.ts";

/** What an editor and `validate --types` need to know about a task. */
export const EDITOR_OPTIONS = {
  target: "esnext",
  module: "esnext",
  moduleResolution: "bundler",
  // The programs of two tasks are nothing to each other.
  moduleDetection: "force",
  lib: ["esnext"],
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
} as const;

/**
 * Returns the files of a new task by which editors know what it can use: the declarations, and a tsconfig.json for
 * TypeScript or a jsconfig.json for JavaScript.
 */
export function editorFiles(language: "ts" | "js"): Readonly<Record<string, string>> {
  const compilerOptions = language === "ts" ? EDITOR_OPTIONS : { ...EDITOR_OPTIONS, checkJs: true };
  return {
    [language === "ts" ? "tsconfig.json" : "jsconfig.json"]: jsonFile({ compilerOptions }),
    [GUEST_TYPES_FILE]: guestTypes(),
  };
}
