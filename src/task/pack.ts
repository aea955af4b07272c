import { RatchetError } from "../domain/errors.ts";
import { formatSize } from "../lib/size.ts";
import { MAX_ARCHIVE_BYTES } from "./archive.ts";
import { checkEntryName, isNoise } from "./archive-name.ts";
import { MAX_FILES, MAX_TASK_BYTES, type TaskFiles } from "./task-files.ts";
import { type Member, membersOf, openPlace } from "./task-place.ts";

/** A packed task or collection. */
export interface PackedArchive {
  bytes: Uint8Array;
  /** Sorted names of the files in it. */
  paths: string[];
}

/** The time of every file, ms: 1980, the first that a zip archive can hold. The current one would differ each time. */
const FILE_TIME_MS = 315_532_800_000;

/**
 * Packs a task (a single file as a folder), or a collection with a folder for each task, into a zip archive. Equal files give equal bytes: names are
 * sorted, times are fixed, and nothing of the file system but the content is kept. Hidden files are left out.
 * @throws {RatchetError} what `openPlace` throws; TASK_INVALID for what no reader of archives would accept
 */
export async function packTasks(path: string): Promise<PackedArchive> {
  const place = await openPlace(path);
  const files = new Map<string, Uint8Array>();
  if (place.kind === "task") await addFiles(files, "", await asFolder(place.files), path);
  else {
    const folders = new Set<string>();
    for (const member of membersOf(place)) {
      const folder = folderOf(member);
      if (folders.has(folder))
        throw refused(`${path} contains two tasks named ${JSON.stringify(folder)}.`, "Rename one of them.");
      folders.add(folder);
      await addFiles(files, `${folder}/`, await member.open(), path);
    }
  }
  const paths = [...files.keys()].sort();
  const bytes = await zipOf(paths, files);
  if (bytes.length > MAX_ARCHIVE_BYTES) {
    throw refused(
      `The archive has ${bytes.length} bytes; the limit is ${formatSize(MAX_ARCHIVE_BYTES)}.`,
      "Remove files from it.",
    );
  }
  return { bytes, paths };
}

/**
 * Returns a single file as the files of a task's folder. A program that imports something becomes one script with all that
 * it imports.
 */
async function asFolder(files: TaskFiles): Promise<TaskFiles> {
  const { program } = files;
  if (program === undefined) return files;
  const { readProgram, readSource } = await import("./program/read-program.ts");
  const { scanned, text } = await readSource(files);
  const isAlone = scanned.imports.length === 0;
  const main = isAlone ? `main.${program.language}` : "main.js";
  const content = new TextEncoder().encode(isAlone ? text : (await readProgram(files)).code);
  const others = (await files.list()).filter((name) => name !== program.path);
  return {
    origin: files.origin,
    name: files.name,
    list: async () => [...others, main],
    read: async (path) => (path === main ? content : files.read(path)),
  };
}

/** `tasks/addition`, `tasks/addition.zip` and `tasks.zip!addition` go into the folder `addition`. */
function folderOf({ origin }: Member): string {
  return (origin.split(/[\\/!]/).at(-1) ?? "").replace(/\.zip$/, "");
}

async function addFiles(into: Map<string, Uint8Array>, prefix: string, files: TaskFiles, path: string): Promise<void> {
  for (const file of await files.list()) {
    const name = `${prefix}${file}`;
    if (isNoise(name)) continue;
    const unsafe = checkEntryName(name);
    if (unsafe !== undefined) throw refused(`${files.name(file)}: ${unsafe.message}`, "Rename the file.");
    const content = await files.read(file);
    // The file was deleted after it was listed.
    if (content === undefined) continue;
    into.set(name, content);
    if (into.size > MAX_FILES) throw refused(`${path} has more than ${MAX_FILES} files.`, "Remove files from it.");
  }
  const total = [...into.values()].reduce((sum, { length }) => sum + length, 0);
  if (total > MAX_TASK_BYTES) {
    throw refused(`${path} has ${total} bytes; the limit is ${formatSize(MAX_TASK_BYTES)}.`, "Remove files from it.");
  }
}

async function zipOf(paths: readonly string[], files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const { default: JSZip } = await import("jszip");
  const zip = new JSZip();
  for (const path of paths) {
    zip.file(path, files.get(path) ?? new Uint8Array(), {
      createFolders: false,
      date: new Date(FILE_TIME_MS),
      unixPermissions: 0o644,
    });
  }
  return await zip.generateAsync({
    type: "uint8array",
    platform: "UNIX",
    compression: "DEFLATE",
    compressionOptions: { level: 9 },
  });
}

function refused(message: string, remedy: string): RatchetError {
  return new RatchetError("TASK_INVALID", message, { remedy });
}
