import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Meta } from "typebox/schema";
import { draftOf } from "../draft.ts";

/**
 * Build step: writes the schemas of JSON Schema itself into `directory`, one line of JSON for each, so that nothing has to
 * be loaded and converted for them at run time.
 * @returns the files written
 */
export async function prepareMetaSchemas(directory: string): Promise<readonly string[]> {
  const lines = Object.entries(Meta)
    .filter(([uri]) => draftOf(uri) !== undefined)
    .map(([uri, document]) => JSON.stringify([uri.replace(/#$/, ""), document]));
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "meta.schemas");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return [path];
}
