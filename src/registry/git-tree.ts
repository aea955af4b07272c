import { RatchetError } from "../domain/errors.ts";
import { formatSize } from "../lib/size.ts";
import { git } from "./git-command.ts";
import { type SourceLimits, tooManyBytes, tooManyFiles } from "./source-limits.ts";

/** Longest path in a repository, bytes. Systems allow 4,096 including the folder in front; no task needs that many. */
const MAX_PATH_BYTES = 1_024;
/** A file or folder occupies at least one disk block. */
const BLOCK_BYTES = 4_096;

/**
 * Adds up the disk space of a tree before any of it is written. A small pack can stand for a large tree: objects
 * are compressed, and one that occurs in a thousand places is sent once. So the listing, too, stops at the limit.
 * @param tree a commit, or `COMMIT:FOLDER`
 * @throws {RatchetError} TASK_INVALID if it is over a limit
 */
export async function checkTree(
  repository: string,
  tree: string,
  limits: SourceLimits,
  signal: AbortSignal,
): Promise<void> {
  let files = 0;
  let bytes = 0;
  await git([`--git-dir=${repository}`, "ls-tree", "-r", "-t", "-z", "-l", "--full-tree", tree], signal, {
    // "MODE TYPE OBJECT SIZE<TAB>PATH", the size of folders is "-"
    onRecord(record) {
      const tab = record.indexOf("\t");
      const size = Number(record.slice(0, tab).split(/ +/)[3]);
      files += 1;
      bytes += Math.ceil((Number.isFinite(size) ? size : 0) / BLOCK_BYTES) * BLOCK_BYTES || BLOCK_BYTES;
      if (files > limits.maxFiles) throw tooManyFiles("The repository", "files and folders", limits);
      if (bytes > limits.maxBytes) throw tooManyBytes("The files of the repository", limits);
      if (record.length - tab - 1 > MAX_PATH_BYTES) {
        throw new RatchetError(
          "TASK_INVALID",
          `The repository has a path of more than ${formatSize(MAX_PATH_BYTES)}.`,
          {
            remedy: "Shorten the path, or name a folder of the repository that does not contain it.",
            data: { limit: MAX_PATH_BYTES },
          },
        );
      }
    },
  });
}
