import { join } from "node:path";
import type { HttpSend } from "../domain/http.ts";
import type { Problem } from "../domain/problem.ts";
import { defined } from "../lib/defined.ts";
import { problemsOf } from "../task/failure.ts";
import { type CopyFolder, createCopyFolder } from "./copy-folder.ts";
import { fetchArchives } from "./fetch-archives.ts";
import { fetchFile } from "./fetch-file.ts";
import { copyName, type HttpCopyState, intactState, keepArchives, writeState } from "./http-copy.ts";
import { readIndex } from "./http-index.ts";
import { placeEntries, renamed } from "./place-entries.ts";
import type { Source, SourceContent, SourceEntry } from "./source.ts";
import type { SourceDefinition } from "./source-definition.ts";
import { type SourceLimits, tooManyFiles } from "./source-limits.ts";

const MAX_INDEX_BYTES = 16 * 1024 * 1024;

/** Dependencies and limits of an HTTP source. */
export interface HttpSourceOptions {
  send: HttpSend;
  limits: SourceLimits;
}

/** Everything that changes while a source is in use. */
interface HttpSourceState {
  readonly url: string;
  readonly copy: CopyFolder;
  readonly options: HttpSourceOptions;
  /** What the copy has; undefined before the first scan. */
  stored: HttpCopyState | undefined;
  content: SourceContent | undefined;
}

/**
 * Creates a source for an index of archives on a web server. Each archive is used only after its checksum was verified.
 */
export function createHttpSource(
  definition: SourceDefinition,
  url: string,
  copies: string,
  options: HttpSourceOptions,
): Source {
  const copy = createCopyFolder(copies, JSON.stringify(["http", url]));
  const source: HttpSourceState = { url, copy, options, stored: undefined, content: undefined };
  return {
    definition,
    remote: true,
    scan: (signal) => scan(source, signal),
    async loadCopy() {
      source.stored = await intactState(copy);
      if (source.stored === undefined) return undefined;
      source.content = await contentOf(copy, source.stored);
      return source.content;
    },
  };
}

async function scan(source: HttpSourceState, signal: AbortSignal): Promise<SourceContent> {
  const { url, copy, options, content } = source;
  await copy.prepare();
  const etag = content === undefined ? null : (source.stored?.etag ?? null);
  const response = await fetchFile(options.send, { url, maxBytes: MAX_INDEX_BYTES, etag }, signal);
  if (response.status === 304 && content !== undefined) return content;
  const archives = readIndex(new TextDecoder().decode(response.body), response.url || url);
  const newEtag = response.headers.find(([name]) => /^etag$/i.test(name))?.[1] ?? null;
  source.content = await replaceArchives(source, { etag: newEtag, archives }, signal);
  return source.content;
}

/** Fetches the archives of a new index, and removes those that it no longer has. */
async function replaceArchives(
  source: HttpSourceState,
  index: HttpCopyState,
  signal: AbortSignal,
): Promise<SourceContent> {
  const { copy, options, stored } = source;
  const { send, limits } = options;
  const { archives } = index;
  if (archives.length > limits.maxFiles) throw tooManyFiles("The index", "archives", limits);
  const before = stored?.archives ?? [];
  const { loaded, problems, incomplete } = await fetchArchives({ archives, before, copy, send, limits }, signal);
  // Without the tag, the next scan fetches the index again, and the missing archives with it.
  source.stored = { etag: incomplete === undefined ? index.etag : null, archives: loaded };
  await writeState(copy, source.stored);
  await keepArchives(copy, loaded);
  const content = await contentOf(copy, source.stored);
  return { ...content, problems: [...problems, ...content.problems], ...defined({ incomplete }) };
}

/** Reads the tasks of archives whose copies exist. */
async function contentOf(copy: CopyFolder, { archives, etag }: HttpCopyState): Promise<SourceContent> {
  const entries: SourceEntry[] = [];
  const problems: Problem[] = [];
  for (const { url: origin, sha256 } of archives) {
    const path = join(copy.path, copyName({ sha256 }));
    const named = (text: string) => text.replaceAll(path, origin);
    try {
      const found = await placeEntries(path, new Map(), named);
      entries.push(...found.entries);
      problems.push(...found.problems);
    } catch (error) {
      problems.push(...problemsOf(origin, error).map((one) => renamed(one, named)));
    }
  }
  return { kind: "http", revision: etag, entries, problems };
}
