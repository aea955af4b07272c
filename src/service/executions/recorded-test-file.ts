import { constants } from "node:fs";
import { lstat, mkdir, open, realpath } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { sourcePlace } from "../../config/source-place.ts";
import { RatchetError } from "../../domain/errors.ts";
import { systemErrorCode } from "../../lib/system-error.ts";
import type { ServiceDependencies } from "../dependencies.ts";

/** The task whose folder gets a test. */
export interface TestPlace {
  uuid: string;
  /** The version that ran; null if it is not known. */
  version: string | null;
}

/**
 * Writes a file into `tests/` of a task whose source is a local folder. It never replaces a file, and never follows a link
 * out of the source.
 * @returns its path; undefined if the source is not a folder that can be written to
 * @throws {RatchetError} CONFLICT if there is such a file
 */
export async function writeTestFile(
  registry: Pick<ServiceDependencies["registry"], "versions" | "sources">,
  place: TestPlace,
  name: string,
  text: string,
): Promise<string | undefined> {
  const folder = await taskFolder(registry, place);
  if (folder === undefined) return undefined;
  const tests = join(folder, "tests");
  const path = join(tests, `${name}.json`);
  try {
    await mkdir(tests).catch((error: unknown) => {
      if (systemErrorCode(error) !== "EEXIST") throw error;
    });
    if (!(await lstat(tests)).isDirectory()) return undefined;
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW;
    const file = await open(path, flags, 0o644);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return path;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EEXIST") throw exists(name);
    if (code !== undefined && UNWRITABLE.has(code)) return undefined;
    throw error;
  }
}

const UNWRITABLE: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "ENOENT", "ELOOP"]);

/** Returns the real path of a task's folder if that is in a source that is a local folder. */
async function taskFolder(
  registry: Pick<ServiceDependencies["registry"], "versions" | "sources">,
  { uuid, version }: TestPlace,
): Promise<string | undefined> {
  const versions = registry.versions(uuid);
  const found = versions.find((one) => one.version === version) ?? versions[0];
  const source = registry.sources().find(({ name }) => name === found?.source);
  if (found === undefined || source?.kind !== "directory") return undefined;
  const definition = sourcePlace({ name: source.name, uri: source.uri });
  if ("problem" in definition || definition.kind !== "file") return undefined;
  try {
    const root = await realpath(resolve(definition.path));
    const folder = await realpath(resolve(found.origin));
    const isInside = folder === root || folder.startsWith(root + sep);
    return isInside && (await lstat(folder)).isDirectory() ? folder : undefined;
  } catch {
    return undefined;
  }
}

function exists(name: string): RatchetError {
  return new RatchetError("CONFLICT", `The task already has a test ${JSON.stringify(name)}.`, {
    data: { name },
    remedy: "Choose another name, or delete the file.",
  });
}
