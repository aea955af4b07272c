import { RatchetError } from "../domain/errors.ts";
import { isObject } from "../lib/is-object.ts";

/** One archive of an index. */
export interface IndexedArchive {
  /** Absolute. */
  url: string;
  /** SHA-256 of the archive, hex. */
  sha256: string;
}

/** The most archives that an index may have. */
const MAX_ARCHIVES = 10_000;
const SHA256 = /^[\da-f]{64}$/;

/**
 * Reads an index: `{"tasks": [{"url": "addition-1.0.0.zip", "sha256": "..."}]}`. Other members are ignored. URLs
 * are relative to the index.
 * @throws {RatchetError} TASK_INVALID
 */
export function readIndex(text: string, base: string): IndexedArchive[] {
  const invalid = (why: string) =>
    new RatchetError("TASK_INVALID", `The index ${base} is not valid: ${why}.`, {
      remedy: 'Write it as {"tasks":[{"url":"...zip","sha256":"..."}]}.',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("it is not JSON");
  }
  const tasks = isObject(value) ? value.tasks : undefined;
  if (!Array.isArray(tasks)) throw invalid('it has no list "tasks"');
  if (tasks.length > MAX_ARCHIVES) throw invalid(`it has ${tasks.length} tasks; ${MAX_ARCHIVES} are allowed`);
  return tasks.map((entry: unknown, index) => {
    const { url, sha256 } = isObject(entry) ? entry : {};
    if (typeof url !== "string" || !URL.canParse(url, base)) throw invalid(`/tasks/${index}/url is not an address`);
    const address = new URL(url, base);
    if (!/^https?:$/.test(address.protocol)) throw invalid(`/tasks/${index}/url is not an http address`);
    // An index from a verified connection must not lead to an unverified one.
    if (base.startsWith("https:") && address.protocol === "http:") throw invalid(`/tasks/${index}/url is not https`);
    const checksum = typeof sha256 === "string" ? sha256.toLowerCase() : "";
    if (!SHA256.test(checksum)) throw invalid(`/tasks/${index}/sha256 is not a SHA-256 in hex`);
    return { url: address.href, sha256: checksum };
  });
}
