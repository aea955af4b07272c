import type { KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TaskFiles } from "../task-files.ts";
import { membersOf, openPlace } from "../task-place.ts";
import { addSignature, parseSignature, signatureText } from "./signature-file.ts";
import { filesToSign, SIGNATURE_FILE } from "./signed-files.ts";

/** A file to write, so that a task is signed. */
export interface SignedTask {
  /** The task as the user would name it. */
  origin: string;
  /** The file to write: the signature, or the archive that contains it. */
  path: string;
  content: Uint8Array;
}

/** Time of a signature in an archive, ms: 1980, the first that a zip archive can hold. */
const FILE_TIME_MS = 315_532_800_000;

/**
 * Signs the tasks at a path: one task, or all tasks of a collection. Nothing is written.
 * @throws {RatchetError} TASK_NOT_FOUND, TASK_UNREADABLE, TASK_INVALID
 */
export async function signPlace(path: string, key: KeyObject): Promise<SignedTask[]> {
  const signed: SignedTask[] = [];
  /** Archives with the signatures so far, by path. */
  const archives = new Map<string, Uint8Array>();
  for (const member of membersOf(await openPlace(path))) {
    const files = await member.open();
    const { origin } = files;
    const content = new TextEncoder().encode(await signatureOf(files, key));
    const archive = archiveOf(origin, files);
    if (archive === undefined) {
      const file = files.program === undefined ? join(origin, SIGNATURE_FILE) : `${origin}.${SIGNATURE_FILE}`;
      signed.push({ origin, path: file, content });
      continue;
    }
    const bytes = archives.get(archive.path) ?? readFileSync(archive.path);
    const changed = await withFile(bytes, `${archive.prefix}${SIGNATURE_FILE}`, content);
    archives.set(archive.path, changed);
    signed.push({ origin, path: archive.path, content: changed });
  }
  // Of an archive with several tasks, only the last state has all signatures.
  return signed.map((one) => ({ ...one, content: archives.get(one.path) ?? one.content }));
}

async function signatureOf(files: TaskFiles, key: KeyObject): Promise<string> {
  const before = await files.read(SIGNATURE_FILE);
  return signatureText(addSignature(await filesToSign(files), key, before && parseSignature(before)));
}

/** Returns the archive that a task is in, and the folder in it. */
function archiveOf(origin: string, files: TaskFiles): { path: string; prefix: string } | undefined {
  if (files.diskPath === undefined || files.diskPath(SIGNATURE_FILE) !== undefined) return undefined;
  const at = origin.indexOf(".zip!");
  if (at === -1) return { path: origin, prefix: "" };
  return { path: origin.slice(0, at + 4), prefix: `${origin.slice(at + 5)}/` };
}

async function withFile(archive: Uint8Array, name: string, content: Uint8Array): Promise<Uint8Array> {
  const { default: JSZip } = await import("jszip");
  const zip = await JSZip.loadAsync(archive);
  zip.file(name, content, { createFolders: false, date: new Date(FILE_TIME_MS), unixPermissions: 0o644 });
  return await zip.generateAsync({
    type: "uint8array",
    platform: "UNIX",
    compression: "DEFLATE",
    compressionOptions: { level: 9 },
  });
}
