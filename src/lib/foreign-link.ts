import { lstatSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, normalize, sep } from "node:path";

/**
 * Returns true if a path in the current folder is a link, or below one, that leads out of that folder. A folder that someone
 * else made could use such a link to pass off a file of the user as its own. Absolute paths, and paths that begin with
 * `..`, say themselves where they lead.
 */
export function isForeignLink(path: string): boolean {
  if (isAbsolute(path) || normalize(path).split(sep)[0] === "..") return false;
  const target = targetOf(path);
  if (target === undefined) return isLink(path);
  const folder = realpathSync(".");
  return target !== folder && !target.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Returns where a path leads, as far as it exists; undefined if that is nowhere. */
function targetOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    // The file may be created later, in a folder that exists.
  }
  try {
    return isLink(path) ? undefined : realpathSync(dirname(path));
  } catch {
    return undefined;
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
