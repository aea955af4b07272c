import { readFileSync } from "node:fs";
import declarationsFile from "../../../dist/generated/ratchet.d.ts.zst" with { type: "file" };
import { buildInfo } from "../../lib/build-info.ts";

/** The name of the file of declarations in a task's folder. */
export const GUEST_TYPES_FILE = "ratchet.d.ts";

/** Returns the declarations of everything that a task can use, as the text of a file `ratchet.d.ts`. */
export function guestTypes(): string {
  const declarations = Bun.zstdDecompressSync(readFileSync(declarationsFile)).toString();
  return `// Ratchet ${buildInfo().version}\n${declarations}`;
}
