import { RatchetError } from "../domain/errors.ts";
import { formatSize } from "../lib/size.ts";

/** What one remote source may take up on this machine. */
export interface SourceLimits {
  /** Of all its files, bytes (`registry.max_source_size`). */
  maxBytes: number;
  /** Files and folders of a repository, archives of an index (`registry.max_source_files`). */
  maxFiles: number;
}

/** A source that is larger than {@link SourceLimits.maxBytes}. @param what "The files of the repository", "The archives" */
export function tooManyBytes(what: string, { maxBytes }: SourceLimits): RatchetError {
  return new RatchetError(
    "TASK_INVALID",
    `${what} take more than ${formatSize(maxBytes)} (registry.max_source_size).`,
    { remedy: "Keep only tasks in the source, name a folder of it, or raise the limit.", data: { limit: maxBytes } },
  );
}

/** A source with more than {@link SourceLimits.maxFiles}. @param what "The repository", "The index" */
export function tooManyFiles(what: string, things: string, { maxFiles }: SourceLimits): RatchetError {
  return new RatchetError("TASK_INVALID", `${what} has more than ${maxFiles} ${things} (registry.max_source_files).`, {
    remedy: "Keep only tasks in the source, name a folder of it, or raise the limit.",
    data: { limit: maxFiles },
  });
}
