import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RatchetError } from "../domain/errors.ts";

/** A folder for the verified copies of one remote source. Files in it appear whole or not at all. */
export interface CopyFolder {
  readonly path: string;
  /** Makes the folder. @throws {RatchetError} ENVIRONMENT */
  prepare(): Promise<void>;
  /** A file's bytes; undefined when it can't be read. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** A JSON file's value; undefined when there is none or it is damaged. */
  readJson(name: string): Promise<unknown>;
  write(name: string, data: string | Uint8Array): Promise<void>;
  /** A file's size, bytes; undefined when it is not there. */
  sizeOf(name: string): Promise<number | undefined>;
  /** Removes everything with another name. What can't be removed stays. */
  keepOnly(names: ReadonlySet<string>): Promise<void>;
}

/** @param key what tells the source from others: the folder's name is made of it */
export function createCopyFolder(parent: string, key: string): CopyFolder {
  const path = join(parent, new Bun.CryptoHasher("sha256").update(key).digest("hex").slice(0, 32));
  return {
    path,
    async prepare() {
      try {
        await mkdir(path, { recursive: true, mode: 0o700 });
        await chmod(path, 0o700);
      } catch (cause) {
        throw new RatchetError("ENVIRONMENT", `The folder ${path} for copies of remote tasks can't be made.`, {
          remedy: "Set registry.cache_folder to a folder that this user may write to.",
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
          remedy: "Check the disk and the permissions of the folder.",
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
