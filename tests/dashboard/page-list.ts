import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/ratchet.ts";

/**
 * The paths of all pages, as src/dashboard/pages.ts lists them, and the page to log in. They are read from its text, because the
 * pages themselves need a browser.
 */
export function pagePaths(): readonly string[] {
  const text = readFileSync(join(REPOSITORY, "src/dashboard/pages.ts"), "utf8");
  const found = [...text.matchAll(/\{ path: "([^"]+)", load:/g)].map(([, path = ""]) => path);
  return [...found, "/login"];
}
