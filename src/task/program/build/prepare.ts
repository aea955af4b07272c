import { join } from "node:path";
import { bundleLine } from "./bundle-line.ts";

/**
 * Build step: writes what bundles with top-level `await` consist of (`src/task/program/guest/`) into `directory`.
 * @returns the written files
 * @throws {Error} if it does not bundle
 */
export function prepareProgramModules(root: string, directory: string): Promise<readonly string[]> {
  return bundleLine({ entry: join(root, "src/task/program/guest/main.ts"), directory, file: "program.modules" });
}
