import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { RatchetError } from "../domain/errors.ts";
import type { Source, SourceContent } from "./source.ts";

/**
 * Returns a source that is used only while its tasks have a given checksum: that of their files, or for a .zip also that of
 * the archive. With another one it is unavailable, or stays as it was.
 * @param checksum `sha256:` and 64 hex digits, in small letters or capitals
 */
export function pinnedSource(source: Source, checksum: string): Source {
  const pinned = checksum.toLowerCase();
  async function check(content: SourceContent): Promise<SourceContent> {
    const found = checksumOf(content);
    if (found === pinned) return content;
    const { place } = source.definition;
    if (content.kind === "zip" && place.kind === "file" && (await fileChecksum(place.path)) === pinned) return content;
    throw new RatchetError("TASK_INVALID", `its checksum is ${found}, and the configuration pins ${pinned}`, {
      remedy: "Find out who changed its tasks; if the change is wanted, set the new checksum.",
    });
  }
  const { loadCopy } = source;
  const result: Source = { ...source, scan: async (signal) => check(await source.scan(signal)) };
  if (loadCopy !== undefined) {
    result.loadCopy = async () => {
      const copy = await loadCopy();
      return copy && (await check(copy).catch(() => undefined));
    };
  }
  return result;
}

/** Returns the checksum of all tasks of a source. Their files determine it, and nothing else does. */
export function checksumOf({ entries }: Pick<SourceContent, "entries">): string {
  const lines = entries.map(({ version: { uuid, version, checksum } }) => `${uuid} ${version} ${checksum}\n`);
  return `sha256:${createHash("sha256").update(lines.sort().join("")).digest("hex")}`;
}

async function fileChecksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes as Uint8Array);
  return `sha256:${hash.digest("hex")}`;
}
