import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RatchetError } from "../../domain/errors.ts";
import { systemErrorText } from "../../lib/system-error.ts";

const PARTIAL = /^\.ratchet_session_.{6}$/;
/** Age from which an unfinished folder must be from a killed process, in ms. */
const ABANDONED_MS = 60 * 60_000;
const MOST_IN_ONE_SECOND = 10_000;

/**
 * Writes a session folder that appears complete or not at all: the files are written to a hidden folder and synced, and
 * then it is renamed. The rename also separates two runs in the same second, because it cannot replace a folder that
 * has files. Only the user may read the folder. Hidden folders of killed processes in `dir` are removed.
 * @param now ms since the epoch, which determine the name of the folder (UTC)
 * @param complete returns further files after the first ones are written; it gets the hidden folder. @default none
 * @returns path of the folder
 * @throws {RatchetError} ENVIRONMENT
 */
export async function writeSessionFolder(
  dir: string,
  now: number,
  files: Record<string, string>,
  complete: (folder: string) => Promise<Record<string, string>> = async () => ({}),
): Promise<string> {
  let partial: string | undefined;
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await removeAbandoned(dir, now);
    partial = await mkdtemp(join(dir, ".ratchet_session_"));
    for (const [name, text] of Object.entries(files)) await writeSynced(join(partial, name), text);
    for (const [name, text] of Object.entries(await complete(partial))) await writeSynced(join(partial, name), text);
    await syncFolder(partial);
    const folder = await show(partial, join(dir, sessionName(now)));
    await syncFolder(dir);
    return folder;
  } catch (error) {
    if (partial !== undefined) await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    const why = systemErrorText(error);
    throw new RatchetError("ENVIRONMENT", `the recording could not be written to ${resolve(dir)}: ${why}`, {
      remedy: "pass a writable folder on a disk with free space",
      data: { path: resolve(dir) },
      cause: error,
    });
  }
}

/** `ratchet_session_YYYYMMDD_HHMMSS`, UTC. */
export function sessionName(now: number): string {
  const [date = "", time = ""] = new Date(now).toISOString().split(/[T.]/);
  return `ratchet_session_${date.replaceAll("-", "")}_${time.replaceAll(":", "")}`;
}

async function show(partial: string, wanted: string): Promise<string> {
  for (let number = 1; number <= MOST_IN_ONE_SECOND; number++) {
    const folder = number === 1 ? wanted : `${wanted}_${number}`;
    try {
      await rename(partial, folder);
      return folder;
    } catch (error) {
      // Windows reports EPERM for an existing target.
      if (!(await exists(folder))) throw error;
    }
  }
  throw new Error(`there are ${MOST_IN_ONE_SECOND} recordings of the same second`);
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename survive a power failure, where folders can be synced. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

async function removeAbandoned(dir: string, now: number): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!PARTIAL.test(name)) continue;
    const path = join(dir, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
