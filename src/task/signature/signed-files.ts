import type { TaskFiles } from "../task-files.ts";
import { TSCONFIG_FILE } from "../tsconfig-file.ts";

/** The file in a task's folder or archive that has its signatures. A single file has it next to it, with its own name in front. */
export const SIGNATURE_FILE = "signature.json";

/** The files that a signature covers: SHA-256 (hex) by path, sorted by path. */
export type SignedFiles = Readonly<Record<string, string>>;

/** The first line of what is signed, so that a signature for something else is never one for a task. */
const PURPOSE = "ratchet task signature 1";

/**
 * Returns what a signature has to cover: every file of a task, or a single file with all that it imports.
 * @throws {RatchetError} TASK_UNREADABLE, TASK_INVALID
 */
export async function filesToSign(files: TaskFiles): Promise<SignedFiles> {
  const contents = files.program === undefined ? await ownFiles(files) : await importedFiles(files, files.program);
  const entries = [...contents].map(([path, bytes]) => [path, sha256(bytes)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Returns the bytes that are signed: one line for each file, with its path as JSON. */
export function signedBytes(files: SignedFiles): Uint8Array {
  const lines = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, digest]) => `${digest} ${JSON.stringify(path)}\n`);
  return new TextEncoder().encode(`${PURPOSE}\n${lines.join("")}`);
}

async function ownFiles(files: TaskFiles): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  for (const path of await files.list()) {
    const bytes = path === SIGNATURE_FILE ? undefined : await files.read(path);
    if (bytes !== undefined) contents.set(path, bytes);
  }
  return contents;
}

/** The metadata and schemas of a single file are parts of its program. */
async function importedFiles(
  files: TaskFiles,
  { path, importable }: NonNullable<TaskFiles["program"]>,
): Promise<Map<string, Uint8Array>> {
  const { readProgram } = await import("../program/read-program.ts");
  const program = await readProgram(files);
  const contents = new Map<string, Uint8Array>();
  // The compiler's settings decide what the program does as well.
  for (const name of new Set([path, TSCONFIG_FILE, ...(program.places?.files ?? [])])) {
    // Some parts of a program are no files: Ratchet adds them.
    if (name !== path && !importable.paths.has(name)) continue;
    const bytes = name === path ? await files.read(name) : await importable.files.read(name);
    if (bytes !== undefined) contents.set(name, bytes);
  }
  return contents;
}

function sha256(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}
