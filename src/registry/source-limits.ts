import { RatchetError } from "../domain/errors.ts";
import { formatSize } from "../lib/size.ts";

/** How much one remote source may occupy on this machine. */
export interface SourceLimits {
  /** Size of all its files, bytes (`registry.max_source_size`). */
  maxBytes: number;
  /** Files and folders of a repository, archives of an index (`registry.max_source_files`). */
  maxFiles: number;
}

/**
 * Creates the error for a source over {@link SourceLimits.maxBytes}.
 * @param what such as "The files of the repository"
 */
export function tooManyBytes(what: string, { maxBytes }: SourceLimits): RatchetError {
  return new RatchetError(
    "TASK_INVALID",
    `${what} have more than ${formatSize(maxBytes)} (registry.max_source_size).`,
    { remedy: "Keep only tasks in the source, select a folder of it, or raise the limit.", data: { limit: maxBytes } },
  );
}

/** Creates the error for a source over {@link SourceLimits.maxFiles}. @param what "The repository", "The index" */
export function tooManyFiles(what: string, things: string, { maxFiles }: SourceLimits): RatchetError {
  return new RatchetError("TASK_INVALID", `${what} has more than ${maxFiles} ${things} (registry.max_source_files).`, {
    remedy: "Keep only tasks in the source, select a folder of it, or raise the limit.",
    data: { limit: maxFiles },
  });
}
