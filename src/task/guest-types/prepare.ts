import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assembleGuestTypes } from "./assemble.ts";

/**
 * Build step: writes the declarations of the guest API into `directory`, compressed with zstd.
 * @returns the written file
 */
export async function prepareGuestTypes(root: string, directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, "ratchet.d.ts.zst");
  // Written under another name first, so that a concurrent build never reads half a file.
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, Bun.zstdCompressSync(assembleGuestTypes(root), { level: 19 }));
  await rename(temporary, path);
  return [path];
}
