/** Why an entry's name cannot be accepted, or nothing. */
export type UnsafeName = { message: string; remedy: string } | undefined;

const REMEDY = "Pack the archive again with plain relative names.";

/**
 * Checks the name of one archive entry as it stands in the archive, before anything is cleaned up. Nothing is ever
 * unpacked to disk; still a name that would lead out of the folder has no honest reason, and other tools unpack.
 */
export function checkEntryName(name: string): UnsafeName {
  const wrong = (why: string) => ({ message: `The entry ${JSON.stringify(name)} ${why}.`, remedy: REMEDY });
  if (name === "") return wrong("has no name");
  if (/\p{Cc}/u.test(name)) return wrong("has control characters in its name");
  if (name.includes("\\")) return wrong("has a backslash in its name");
  if (name.startsWith("/")) return wrong("has an absolute name");
  if (/^[a-z]:/i.test(name)) return wrong("begins with a drive letter");
  const parts = name.replace(/\/$/, "").split("/");
  if (parts.includes("..")) return wrong('has ".." in its name');
  if (parts.includes(".") || parts.includes("")) return wrong("has an empty step in its name");
  return undefined;
}

/** Whether a path belongs to no task: hidden files, and what macOS adds when it packs. */
export function isNoise(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
}
