import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE } from "./programs.ts";

/**
 * Writes a task that takes and gives anything.
 * @returns its folder
 */
export function writeTask(label: string, source: string): string {
  const folder = join(CACHE, "tasks", label);
  mkdirSync(folder, { recursive: true });
  const metadata = {
    uuid: "5b0f8a52-6f5e-4c57-9a39-0f2c9d6f7f10",
    version: "1.0.0",
    label,
    description: "A program of the benchmarks.",
  };
  writeFileSync(join(folder, "metadata.json"), JSON.stringify(metadata));
  writeFileSync(join(folder, "main.js"), source);
  for (const schema of ["input.schema.json", "output.schema.json"]) writeFileSync(join(folder, schema), "{}");
  return folder;
}
