/** The reason why an entry's name is not accepted, if there is one. */
export type UnsafeName = { message: string; remedy: string } | undefined;

const REMEDY = "Pack the archive again with plain relative names.";

/**
 * Checks the raw name of one archive entry, before any normalization. Nothing is ever unpacked to disk, but a name that
 * points outside the folder never has an honest reason, and other tools do unpack.
 */
export function checkEntryName(name: string): UnsafeName {
  const wrong = (why: string) => ({ message: `The entry ${JSON.stringify(name)} ${why}.`, remedy: REMEDY });
  if (name === "") return wrong("has no name");
  if (/\p{Cc}/u.test(name)) return wrong("has control characters in its name");
  if (name.includes("\\")) return wrong("has a backslash in its name");
  if (name.startsWith("/")) return wrong("has an absolute name");
  if (/^[a-z]:/i.test(name)) return wrong("starts with a drive letter");
  const parts = name.replace(/\/$/, "").split("/");
  if (parts.includes("..")) return wrong('has ".." in its name');
  if (parts.includes(".") || parts.includes("")) return wrong("has an empty path segment in its name");
  return undefined;
}

/** Files for editors, which are no part of a task: a new version of Ratchet, or another editor, changes no task. */
const FOR_EDITORS = new Set(["ratchet.d.ts", "jsconfig.json"]);

/** Returns true for files that belong to no task: hidden files, those for editors, and those that macOS adds to archives. */
export function isNoise(path: string): boolean {
  const parts = path.split("/");
  return isForEditors(parts.at(-1) ?? "") || parts.some((part) => part.startsWith(".") || part === "__MACOSX");
}

/** Returns true for the name of a file that is for editors only. */
export function isForEditors(name: string): boolean {
  return FOR_EDITORS.has(name);
}
