import { RatchetError } from "../domain/errors.ts";
import { createBreather } from "../lib/breather.ts";
import { formatSize } from "../lib/size.ts";
import { MAX_TASK_BYTES, type TaskFiles } from "./task-files.ts";

/** Number of bytes that are hashed at once. */
const SLICE = 1024 * 1024;

/**
 * Returns the SHA-256 (hex) of the names and contents of a task's files, sorted by name. A folder and an archive of it
 * have the same checksum. Each name and content is prefixed with its length, so that no two tasks hash the same bytes.
 * @throws {RatchetError} TASK_UNREADABLE, TASK_INVALID when the task is too large
 */
export async function checksumOf(files: TaskFiles): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256");
  const breathe = createBreather();
  const add = async (bytes: Uint8Array) => {
    hash.update(`${bytes.length}:`);
    for (let at = 0; at < bytes.length; at += SLICE) {
      hash.update(bytes.subarray(at, at + SLICE));
      await breathe();
    }
  };
  let total = 0;
  for (const path of await files.list()) {
    const content = await files.read(path);
    // The file was deleted after it was listed.
    if (content === undefined) continue;
    total += content.length;
    if (total > MAX_TASK_BYTES) {
      throw new RatchetError("TASK_INVALID", `${files.origin} is larger than ${formatSize(MAX_TASK_BYTES)}.`, {
        remedy: "Remove files from the task.",
        data: { limit: MAX_TASK_BYTES },
      });
    }
    await add(new TextEncoder().encode(path));
    await add(content);
  }
  return hash.digest("hex");
}
