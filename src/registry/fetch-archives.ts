import { RatchetError } from "../domain/errors.ts";
import type { HttpSend } from "../domain/http.ts";
import type { Problem } from "../domain/problem.ts";
import { MAX_ARCHIVE_BYTES } from "../task/archive.ts";
import type { CopyFolder } from "./copy-folder.ts";
import { fetchFile } from "./fetch-file.ts";
import { copyName, keepArchives, sha256Of } from "./http-copy.ts";
import type { IndexedArchive } from "./http-index.ts";
import { publicText } from "./public-text.ts";
import { type SourceLimits, tooManyBytes } from "./source-limits.ts";

/** Number of archives fetched at once. */
const FETCHES = 4;

/** The archives of an index, and where their copies are. */
export interface ArchiveFetch {
  archives: readonly IndexedArchive[];
  /** The archives of the previous index that have copies. */
  before: readonly IndexedArchive[];
  copy: CopyFolder;
  send: HttpSend;
  limits: SourceLimits;
}

/** Which archives have copies now. */
export interface FetchedArchives {
  /** In the order of the index. Instead of one that could not be loaded, the previous one of the same address. */
  loaded: IndexedArchive[];
  problems: Problem[];
  /** Why a part is older than the index; undefined if nothing is. */
  incomplete: string | undefined;
}

/**
 * Fetches all archives that have no copy yet.
 * @throws {RatchetError} TASK_INVALID if they are over the limit in total; then the copies are those of before
 */
export async function fetchArchives(fetch: ArchiveFetch, signal: AbortSignal): Promise<FetchedArchives> {
  const { archives, before, copy, limits } = fetch;
  const quota = createQuota(limits);
  const result: FetchedArchives = { loaded: [], problems: [], incomplete: undefined };
  const line = [...archives];
  const fetchNext = async () => {
    for (let archive = line.shift(); archive !== undefined; archive = line.shift()) {
      try {
        await fetchArchive(fetch, archive, quota, signal);
        result.loaded.push(archive);
      } catch (error) {
        if (quota.exceeded.aborted) return;
        await reportFailure(fetch, archive, error, result);
      }
    }
  };
  await Promise.all(Array.from({ length: FETCHES }, fetchNext));
  if (quota.exceeded.aborted) {
    await keepArchives(copy, before);
    throw tooManyBytes("The archives of the index", limits);
  }
  const order = new Map(archives.map(({ url }, index) => [url, index]));
  result.loaded.sort((a, b) => (order.get(a.url) ?? 0) - (order.get(b.url) ?? 0));
  return result;
}

/** Fetches one archive unless it has a copy. */
async function fetchArchive(
  { copy, send, limits }: ArchiveFetch,
  archive: IndexedArchive,
  quota: Quota,
  signal: AbortSignal,
): Promise<void> {
  const kept = await copy.sizeOf(copyName(archive));
  if (kept !== undefined) return quota.take(archive.sha256, kept);
  const file = { url: archive.url, maxBytes: Math.min(MAX_ARCHIVE_BYTES, limits.maxBytes), etag: null };
  const { body } = await fetchFile(send, file, AbortSignal.any([signal, quota.exceeded]));
  const found = sha256Of(body);
  if (found !== archive.sha256) {
    throw new RatchetError("TASK_INVALID", `${archive.url} has the SHA-256 ${found}; the index names another one.`, {
      remedy: "Correct the index, or upload the archive again.",
    });
  }
  // Before the copy is stored, so that it never occupies more than the limit.
  quota.take(archive.sha256, body.byteLength);
  await copy.write(copyName(archive), body);
}

async function reportFailure(
  { before, copy }: ArchiveFetch,
  archive: IndexedArchive,
  error: unknown,
  result: FetchedArchives,
): Promise<void> {
  const message = publicText(error);
  result.problems.push({
    severity: "error",
    file: archive.url,
    message,
    remedy: "Correct the index or the archive.",
  });
  result.incomplete = `${archive.url} could not be loaded: ${message}`;
  // The previous archive of this address stays in use until its successor is verified.
  const earlier = before.find(({ url }) => url === archive.url);
  if (earlier !== undefined && (await copy.sizeOf(copyName(earlier))) !== undefined) result.loaded.push(earlier);
}

/** Adds up the sizes of the archives of one scan. */
interface Quota {
  /** Counts an archive before it is used. @throws if the total exceeds the limit */
  take(sha256: string, bytes: number): void;
  /** Aborted as soon as the total exceeds the limit. */
  exceeded: AbortSignal;
}

function createQuota({ maxBytes }: SourceLimits): Quota {
  const exceeded = new AbortController();
  const taken = new Set<string>();
  let total = 0;
  return {
    exceeded: exceeded.signal,
    take(sha256, bytes) {
      if (taken.has(sha256)) return;
      taken.add(sha256);
      total += bytes;
      if (total > maxBytes) exceeded.abort();
      exceeded.signal.throwIfAborted();
    },
  };
}
