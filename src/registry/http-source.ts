import { join } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import type { HttpResponse, HttpSend } from "../domain/http.ts";
import type { Problem } from "../domain/problem.ts";
import { MAX_ARCHIVE_BYTES } from "../task/archive.ts";
import { problemsOf } from "../task/failure.ts";
import { type CopyFolder, createCopyFolder } from "./copy-folder.ts";
import { type IndexedArchive, readIndex } from "./http-index.ts";
import { placeEntries, renamed } from "./place-entries.ts";
import { publicText } from "./public-text.ts";
import type { Source, SourceContent, SourceEntry } from "./source.ts";
import type { SourceDefinition } from "./source-definition.ts";
import { type SourceLimits, tooManyBytes, tooManyFiles } from "./source-limits.ts";

const STATE = "index.json";
const MAX_INDEX_BYTES = 16 * 1024 * 1024;
/** Number of archives fetched at once. */
const FETCHES = 4;
/** The limit of the whole scan applies; this one only has to exceed the client's default, ms. */
const EXCHANGE_TIMEOUT_MS = 24 * 60 * 60 * 1_000;

/** The stored state of the latest index that was accepted. */
interface State {
  etag: string | null;
  archives: IndexedArchive[];
}

/** Dependencies and limits of an HTTP source. */
export interface HttpSourceOptions {
  send: HttpSend;
  limits: SourceLimits;
}

/**
 * Creates a source for an index of archives on a web server. Each archive is used only after its checksum was verified.
 */
export function createHttpSource(
  definition: SourceDefinition,
  url: string,
  copies: string,
  { send, limits }: HttpSourceOptions,
): Source {
  const copy = createCopyFolder(copies, JSON.stringify(["http", url]));
  let state: State | undefined;
  let last: SourceContent | undefined;

  async function request(address: string, maxResponseBytes: number, signal: AbortSignal, etag: string | null) {
    const headers: [string, string][] = [["accept", "application/json, application/zip;q=0.9, */*;q=0.5"]];
    if (etag !== null) headers.push(["if-none-match", etag]);
    const limits = { maxResponseBytes, timeoutMs: EXCHANGE_TIMEOUT_MS };
    const response = await send({ method: "GET", url: address, headers, body: null, ...limits }, signal);
    if (response.status === 200 || (response.status === 304 && etag !== null)) return response;
    throw new RatchetError(
      "ENVIRONMENT",
      `${address} responded with ${response.status} ${response.statusText}`.trim(),
      {
        remedy: "Check the address of the index.",
      },
    );
  }

  /** Fetches one archive unless a copy exists. Calls `take` with its size before it stores the copy. */
  async function obtain(archive: IndexedArchive, take: TakeBytes, signal: AbortSignal): Promise<void> {
    const name = `${archive.sha256}.zip`;
    const kept = await copy.sizeOf(name);
    if (kept !== undefined) return take(archive.sha256, kept);
    const { body } = await request(archive.url, Math.min(MAX_ARCHIVE_BYTES, limits.maxBytes), signal, null);
    const found = sha256(body);
    if (found !== archive.sha256) {
      throw new RatchetError("TASK_INVALID", `${archive.url} has the SHA-256 ${found}; the index names another one.`, {
        remedy: "Correct the index, or upload the archive again.",
      });
    }
    take(archive.sha256, body.byteLength);
    await copy.write(name, body);
  }

  /** Returns the tasks of archives whose copies exist. */
  async function contentOf(archives: readonly IndexedArchive[], revision: string | null): Promise<SourceContent> {
    const entries: SourceEntry[] = [];
    const problems: Problem[] = [];
    for (const { url: origin, sha256 } of archives) {
      const path = join(copy.path, `${sha256}.zip`);
      const named = (text: string) => text.replaceAll(path, origin);
      try {
        const found = await placeEntries(path, new Map(), named);
        entries.push(...found.entries);
        problems.push(...found.problems);
      } catch (error) {
        problems.push(...problemsOf(origin, error).map((one) => renamed(one, named)));
      }
    }
    return { kind: "http", revision, entries, problems };
  }

  async function takeOver(response: HttpResponse, signal: AbortSignal): Promise<SourceContent> {
    const archives = readIndex(new TextDecoder().decode(response.body), response.url || url);
    if (archives.length > limits.maxFiles) throw tooManyFiles("The index", "archives", limits);
    const before = state?.archives ?? [];
    const room = createRoom(limits);
    const had: IndexedArchive[] = [];
    const problems: Problem[] = [];
    let incomplete: string | undefined;
    const line = [...archives];
    const fetchNext = async () => {
      for (let archive = line.shift(); archive !== undefined; archive = line.shift()) {
        try {
          await obtain(archive, room.take, AbortSignal.any([signal, room.full]));
          had.push(archive);
        } catch (error) {
          if (room.full.aborted) return;
          const remedy = "Correct the index or the archive.";
          problems.push({ severity: "error", file: archive.url, message: publicText(error), remedy });
          incomplete = `${archive.url} could not be loaded: ${publicText(error)}`;
          // The previous archive of this address stays in use until its successor is verified.
          const earlier = state?.archives.find(({ url }) => url === archive?.url);
          if (earlier !== undefined && (await copy.sizeOf(`${earlier.sha256}.zip`)) !== undefined) had.push(earlier);
        }
      }
    };
    await Promise.all(Array.from({ length: FETCHES }, fetchNext));
    if (room.full.aborted) {
      await copy.keepOnly(namesOf(before));
      throw tooManyBytes("The archives of the index", limits);
    }
    const order = new Map(archives.map(({ url }, index) => [url, index]));
    had.sort((a, b) => (order.get(a.url) ?? 0) - (order.get(b.url) ?? 0));
    // Without the tag, the next scan fetches the index again, and the missing archives with it.
    const etag =
      incomplete === undefined ? (response.headers.find(([name]) => /^etag$/i.test(name))?.[1] ?? null) : null;
    state = { etag, archives: had };
    await copy.write(STATE, JSON.stringify(state));
    await copy.keepOnly(namesOf(had));
    const content = await contentOf(had, etag);
    return {
      ...content,
      problems: [...problems, ...content.problems],
      ...(incomplete === undefined ? {} : { incomplete }),
    };
  }

  return {
    definition,
    remote: true,
    async look(signal) {
      await copy.prepare();
      const etag = last === undefined ? null : (state?.etag ?? null);
      const response = await request(url, MAX_INDEX_BYTES, signal, etag);
      if (response.status === 304 && last !== undefined) return last;
      last = await takeOver(response, signal);
      return last;
    },
    async recall() {
      const kept = readState(await copy.readJson(STATE));
      if (kept === undefined) return undefined;
      const sound = await soundCopies(copy, kept.archives);
      // Dropping the tag makes the next scan fetch the index, and so the damaged copies, again.
      state = { etag: sound.length === kept.archives.length ? kept.etag : null, archives: sound };
      last = await contentOf(sound, state.etag);
      return last;
    },
  };
}

/** Is called for each archive before it is used. @throws if it exceeds the limit */
type TakeBytes = (sha256: string, bytes: number) => void;

/** Adds up the archives of one scan; the signal fires as soon as they are over the limit. */
function createRoom({ maxBytes }: SourceLimits): { take: TakeBytes; full: AbortSignal } {
  const full = new AbortController();
  const taken = new Set<string>();
  let total = 0;
  return {
    full: full.signal,
    take(sha256, bytes) {
      if (taken.has(sha256)) return;
      taken.add(sha256);
      total += bytes;
      if (total > maxBytes) full.abort();
      full.signal.throwIfAborted();
    },
  };
}

/** Returns the names of the files that belong to these archives. */
const namesOf = (archives: readonly IndexedArchive[]) =>
  new Set([STATE, ...archives.map(({ sha256 }) => `${sha256}.zip`)]);

const sha256 = (bytes: Uint8Array): string => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");

/** Returns the archives whose copies are intact; removes damaged copies. */
async function soundCopies(copy: CopyFolder, archives: readonly IndexedArchive[]): Promise<IndexedArchive[]> {
  const sound: IndexedArchive[] = [];
  for (const archive of archives) {
    const bytes = await copy.read(`${archive.sha256}.zip`);
    if (bytes !== undefined && sha256(bytes) === archive.sha256) sound.push(archive);
  }
  await copy.keepOnly(namesOf(sound));
  return sound;
}

function readState(value: unknown): State | undefined {
  if (typeof value !== "object" || value === null || !("archives" in value) || !Array.isArray(value.archives)) {
    return undefined;
  }
  const archives = value.archives.filter((one): one is IndexedArchive => {
    return typeof one?.url === "string" && typeof one?.sha256 === "string" && /^[\da-f]{64}$/.test(one.sha256);
  });
  const etag = "etag" in value && typeof value.etag === "string" ? value.etag : null;
  return { etag, archives };
}
