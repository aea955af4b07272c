import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { RatchetError } from "../../domain/errors.ts";
import type { Problem } from "../../domain/problem.ts";
import { defined } from "../../lib/defined.ts";
import { formatSize } from "../../lib/size.ts";
import { systemErrorCode } from "../../lib/system-error.ts";
import { type Archive, openArchive } from "../../task/archive.ts";
import { SESSION_FILES, SESSION_NAME } from "./recorded-session.ts";

/** Maximum size of a file of a recording, in bytes. The limits of an execution do not allow larger ones. */
const MAX_FILE_BYTES = 1024 * 1024 * 1024;
/** Maximum size of what an archive unpacks to, in bytes: more than a server records of one execution. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;
/** What helps when a recording is incomplete. */
export const RECORD_AGAIN = "record the execution again, or restore the original folder";
const PASS_A_RECORDING =
  "pass the folder that --record wrote (ratchet_session_...), the folder that contains it, or the .zip that a server gave out";
const NO_RECORDING = "this is neither a folder nor a .zip";

/** Where the files of one recording are. */
export interface SessionSource {
  /** The session's folder, or the archive. */
  place: string;
  /** Returns how people name a file of it. */
  nameOf(file: string): string;
  has(file: string): Promise<boolean>;
  /** @throws {RatchetError} RECORDING_INVALID if it is missing or can't be read */
  text(file: string): Promise<string>;
}

/**
 * Finds the recording in a folder or a zip archive.
 * @param path the session's folder, or a folder or an archive that contains exactly one
 * @throws {RatchetError} RECORDING_INVALID
 */
export async function findSession(path: string): Promise<SessionSource> {
  if (await exists(join(path, SESSION_FILES.environment))) return folderSource(path);
  const kind = await stat(path).catch(() => undefined);
  if (kind === undefined) throw notFound(path, "there is no such folder or file");
  if (kind.isFile()) return archiveSource(path);
  if (!kind.isDirectory()) throw notFound(path, NO_RECORDING);
  if (SESSION_NAME.test(basename(path))) throw damaged(join(path, SESSION_FILES.environment), "the file is missing");
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) throw notFound(path, "the folder can't be read");
  const sessions = names.filter((name) => SESSION_NAME.test(name));
  return folderSource(join(path, onlySession(path, sessions)));
}

function onlySession(path: string, sessions: string[]): string {
  const [only, ...others] = sessions.sort();
  if (only === undefined) throw notFound(path, "there is no recording in it");
  const newest = others.at(-1);
  if (newest === undefined) return only;
  const message = `there are ${sessions.length} recordings in it`;
  const remedy = `pass one of them, such as the latest, ${join(path, newest)}`;
  throw invalidRecording(path, undefined, { message, remedy });
}

function folderSource(folder: string): SessionSource {
  return {
    place: folder,
    nameOf: (file) => join(folder, file),
    has: async (file) => exists(join(folder, file)),
    text: async (file) => readRegularFile(join(folder, file)),
  };
}

async function readRegularFile(file: string): Promise<string> {
  try {
    const kind = await stat(file);
    // Reading a named pipe would block forever.
    if (!kind.isFile()) throw damaged(file, "this is not a regular file");
    if (kind.size > MAX_FILE_BYTES) {
      throw damaged(file, `the file has ${formatSize(kind.size)}; the limit is ${formatSize(MAX_FILE_BYTES)}`);
    }
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof RatchetError) throw error;
    throw damaged(file, systemErrorCode(error) === "ENOENT" ? "the file is missing" : "the file can't be read");
  }
}

async function archiveSource(path: string): Promise<SessionSource> {
  const limits = { maxFileBytes: MAX_UNPACKED_BYTES, maxBytes: MAX_UNPACKED_BYTES };
  const archive = await asRecording(path, () => openArchive(path, limits));
  const folder = folderIn(archive);
  const files = archive.files(folder);
  return {
    place: path,
    nameOf: files.name,
    has: async (file) => archive.paths.includes(folder === "" ? file : `${folder}/${file}`),
    async text(file) {
      const bytes = await asRecording(path, () => files.read(file));
      if (bytes === undefined) throw damaged(files.name(file), "the file is missing");
      return new TextDecoder().decode(bytes);
    },
  };
}

/** Returns the folder of the only recording in an archive; "" if its files are at the root. */
function folderIn({ origin, paths }: Archive): string {
  if (paths.includes(SESSION_FILES.environment)) return "";
  const end = `/${SESSION_FILES.environment}`;
  const folders = paths.filter((path) => path.endsWith(end)).map((path) => path.slice(0, -end.length));
  return onlySession(origin, folders);
}

/** Reports a file that is no archive, or a damaged one, as a recording and not as a task. */
async function asRecording<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof RatchetError)) throw error;
    if (error.message.endsWith("not a zip archive.")) throw notFound(path, NO_RECORDING);
    const { message } = error;
    const remedy = "Download the recording again.";
    const problems: Problem[] = [{ severity: "error", file: path, message, remedy }];
    throw new RatchetError("RECORDING_INVALID", message, { problems, remedy, cause: error });
  }
}

function notFound(path: string, message: string): RatchetError {
  return invalidRecording(path, undefined, { message, remedy: PASS_A_RECORDING });
}

function damaged(file: string, message: string): RatchetError {
  return invalidRecording(file, undefined, { message, remedy: RECORD_AGAIN });
}

/** Says what is wrong with a file of a recording. */
export function invalidRecording(
  file: string,
  pointer: string | undefined,
  what: { message: string; remedy: string },
): RatchetError {
  const problem: Problem = defined({ severity: "error" as const, file, pointer, ...what });
  return new RatchetError("RECORDING_INVALID", `${file}: ${what.message}`, {
    problems: [problem],
    remedy: what.remedy,
  });
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
