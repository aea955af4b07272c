import { isObject } from "../lib/is-object.ts";
import type { CopyFolder } from "./copy-folder.ts";
import type { IndexedArchive } from "./http-index.ts";

/** The name of the file that describes the copy. */
const STATE = "index.json";

/** The latest index that was accepted, without archives that could not be loaded. */
export interface HttpCopyState {
  /** null if the next scan has to fetch the index in any case. */
  etag: string | null;
  archives: readonly IndexedArchive[];
}

/** Returns the name of an archive's copy. */
export const copyName = ({ sha256 }: Pick<IndexedArchive, "sha256">): string => `${sha256}.zip`;

/** Returns the SHA-256 of an archive, hex. */
export const sha256Of = (bytes: Uint8Array): string => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");

export async function writeState(copy: CopyFolder, state: HttpCopyState): Promise<void> {
  await copy.write(STATE, JSON.stringify(state));
}

/** Removes the copies of all other archives. */
export async function keepArchives(copy: CopyFolder, archives: readonly IndexedArchive[]): Promise<void> {
  await copy.keepOnly(new Set([STATE, ...archives.map(copyName)]));
}

/** Returns the stored state with the archives whose copies are intact, and removes damaged copies. */
export async function intactState(copy: CopyFolder): Promise<HttpCopyState | undefined> {
  const stored = readState(await copy.readJson(STATE));
  if (stored === undefined) return undefined;
  const intact: IndexedArchive[] = [];
  for (const archive of stored.archives) {
    const bytes = await copy.read(copyName(archive));
    if (bytes !== undefined && sha256Of(bytes) === archive.sha256) intact.push(archive);
  }
  await keepArchives(copy, intact);
  // Dropping the tag makes the next scan fetch the index, and so the damaged copies, again.
  return { etag: intact.length === stored.archives.length ? stored.etag : null, archives: intact };
}

function readState(value: unknown): HttpCopyState | undefined {
  if (!isObject(value) || !Array.isArray(value.archives)) return undefined;
  const archives = value.archives.filter((one): one is IndexedArchive => {
    return typeof one?.url === "string" && typeof one?.sha256 === "string" && /^[\da-f]{64}$/.test(one.sha256);
  });
  return { etag: typeof value.etag === "string" ? value.etag : null, archives };
}
