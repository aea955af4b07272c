import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RatchetError } from "../domain/errors.ts";

/** A folder for the verified copies of one remote source. Files in it appear whole or not at all. */
export interface CopyFolder {
  readonly path: string;
  /** Creates the folder. @throws {RatchetError} ENVIRONMENT */
  prepare(): Promise<void>;
  /** Returns a file's bytes; undefined if it can't be read. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Returns a JSON file's value; undefined if it is missing or damaged. */
  readJson(name: string): Promise<unknown>;
  write(name: string, data: string | Uint8Array): Promise<void>;
  /** Returns a file's size, bytes; undefined if it does not exist. */
  sizeOf(name: string): Promise<number | undefined>;
  /** Removes all other files, if possible. */
  keepOnly(names: ReadonlySet<string>): Promise<void>;
}

/** @param key identifies the source; the folder's name is derived from it */
export function createCopyFolder(parent: string, key: string): CopyFolder {
  const path = join(parent, new Bun.CryptoHasher("sha256").update(key).digest("hex").slice(0, 32));
  return {
    path,
    async prepare() {
      try {
        await mkdir(path, { recursive: true, mode: 0o700 });
        await chmod(path, 0o700);
      } catch (cause) {
        throw new RatchetError("ENVIRONMENT", `The folder ${path} for copies of remote tasks can't be created.`, {
          remedy: "Set registry.cache_folder to a folder that this user can write to.",
          cause,
        });
      }
    },
    read: (name) => readFile(join(path, name)).catch(() => undefined),
    async readJson(name) {
      try {
        return JSON.parse(await readFile(join(path, name), "utf8"));
      } catch {
        return undefined;
      }
    },
    async write(name, data) {
      const partial = join(path, `.partial-${crypto.randomUUID()}`);
      try {
        await writeFile(partial, data, { mode: 0o600, flush: true });
        await rename(partial, join(path, name));
      } catch (cause) {
        await rm(partial, { force: true });
        throw new RatchetError("ENVIRONMENT", `${join(path, name)} can't be written.`, {
          remedy: "Check the free disk space and the permissions of the folder.",
          cause,
        });
      }
    },
    sizeOf: async (name) => (await stat(join(path, name)).catch(() => undefined))?.size,
    async keepOnly(names) {
      const present = await readdir(path).catch(() => []);
      await Promise.allSettled(
        present
          .filter((name) => !names.has(name))
          .map((name) => rm(join(path, name), { recursive: true, force: true })),
      );
    },
  };
}
