import { statSync } from "node:fs";
import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import { defined } from "../lib/defined.ts";
import { directoryFiles } from "../task/directory.ts";
import { problemsOf } from "../task/failure.ts";
import type { TaskFiles } from "../task/task-files.ts";
import { type Member, openPlace, type TaskPlace } from "../task/task-place.ts";
import type { SourceEntry } from "./source.ts";
import { describeTask, readContent } from "./task-content.ts";

/** The result for one member. It is read again only if dates or sizes of its files have changed. */
interface KnownMember {
  fingerprint: string;
  entry?: SourceEntry;
  problems: readonly Problem[];
}

/** Everything known about a place from the previous scan. */
export type PlaceMemory = Map<string, KnownMember>;

/** The tasks at a path. */
export interface PlaceEntries {
  kind: "directory" | "zip";
  entries: SourceEntry[];
  problems: Problem[];
  /** For the next scan. */
  memory: PlaceMemory;
}

/** After this much work the event loop gets a turn, ms. */
const SLICE_MS = 5;

/** Replaces a copy's name in a text, because messages name where a task came from. */
export type Naming = (text: string) => string;

/**
 * Reads metadata and checksums of all tasks at a path. A task that can't be loaded is a problem and hides no other.
 * @param named for a copy of a remote source
 * @throws {RatchetError} if the path itself can't be read
 */
export async function placeEntries(
  path: string,
  before: PlaceMemory,
  named: Naming = (text) => text,
): Promise<PlaceEntries> {
  const place = await openNamed(path, named);
  const kind = statSync(path).isDirectory() ? "directory" : "zip";
  const memory: PlaceMemory = new Map();
  let sliceEnd = performance.now() + SLICE_MS;
  for (const member of membersOf(place)) {
    const fingerprint = kind === "zip" ? statOf(path) : await fingerprintOf(member.origin);
    const known = before.get(member.origin);
    if (known !== undefined && known.fingerprint === fingerprint) {
      memory.set(member.origin, known);
      continue;
    }
    memory.set(member.origin, { fingerprint, ...(await readMember(path, member, named)) });
    if (performance.now() < sliceEnd) continue;
    await new Promise((resolve) => setImmediate(resolve));
    sliceEnd = performance.now() + SLICE_MS;
  }
  const members = [...memory.values()];
  return {
    kind,
    entries: members.flatMap(({ entry }) => (entry === undefined ? [] : [entry])),
    problems: [...place.warnings.map((one) => renamed(one, named)), ...members.flatMap(({ problems }) => problems)],
    memory,
  };
}

async function openNamed(path: string, named: Naming): Promise<TaskPlace> {
  try {
    return await openPlace(path);
  } catch (error) {
    if (!(error instanceof RatchetError)) throw error;
    const { code, message, remedy, cause } = error;
    const problems = error.problems.map((problem) => renamed(problem, named));
    throw new RatchetError(code, named(message), { problems, cause, ...defined({ remedy }) });
  }
}

function membersOf(place: TaskPlace): readonly Member[] {
  if (place.kind === "collection") return place.members;
  return [{ origin: place.files.origin, open: async () => place.files }];
}

async function readMember(
  path: string,
  { origin, open }: Member,
  named: Naming,
): Promise<Omit<KnownMember, "fingerprint">> {
  try {
    const { version, warnings } = await describeTask(nameFiles(await open(), named));
    // Opened again, so that an archive's bytes do not stay in memory.
    const load = async () => readContent(nameFiles(await reopen(path, origin), named));
    return { entry: { version, load }, problems: warnings };
  } catch (error) {
    return { problems: problemsOf(origin, error).map((one) => renamed(one, named)) };
  }
}

function nameFiles(files: TaskFiles, named: Naming): TaskFiles {
  return { ...files, origin: named(files.origin), name: (file) => named(files.name(file)) };
}

/** Returns a problem with the names that the user knows. */
export function renamed(problem: Problem, named: Naming): Problem {
  return { ...problem, file: named(problem.file), message: named(problem.message) };
}

async function reopen(path: string, origin: string): Promise<TaskFiles> {
  const place = await openPlace(path);
  const member = membersOf(place).find((one) => one.origin === origin);
  // It is gone: reading it as a folder reports that in the usual words.
  return member === undefined ? directoryFiles(origin) : await member.open();
}

/** Hashes dates and sizes of all files: an equal fingerprint means that nothing has changed. */
async function fingerprintOf(origin: string): Promise<string> {
  try {
    if (!statSync(origin).isDirectory()) return statOf(origin);
    const hash = new Bun.CryptoHasher("sha256");
    for (const name of await directoryFiles(origin).list()) hash.update(`${name}\0${statOf(`${origin}/${name}`)}\0`);
    return hash.digest("hex");
  } catch {
    // Can't be compared: it is read again every time, and reading it reports what is wrong.
    return crypto.randomUUID();
  }
}

function statOf(path: string): string {
  const { size, mtimeMs, ctimeMs, ino } = statSync(path);
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}
