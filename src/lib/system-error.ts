/** Returns the code of an error, such as `ENOENT` of a failed system call; undefined if it has none. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Describes a failed system call, such as "no such file or folder". Users never see the codes. */
export function systemErrorText(error: unknown): string {
  const code = systemErrorCode(error);
  if (code === undefined) return "unknown error";
  const own = WORDS[code];
  if (own !== undefined) return own;
  // Loaded only for rare failures, because it costs more than the whole table below.
  for (const [name, text] of process.getBuiltinModule("node:util").getSystemErrorMap().values()) {
    if (name === code) return text;
  }
  return "unknown error";
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  ENOTEMPTY: "the folder is not empty",
  EEXIST: "it already exists",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file is larger than allowed",
  EBADF: "it is closed",
  EBUSY: "it is in use",
  EIO: "the device failed",
  ELOOP: "too many links",
  EMFILE: "too many files are open in this process",
  ENFILE: "too many files are open on this machine",
  ENAMETOOLONG: "the name is too long",
  ENXIO: "nobody reads the pipe",
  EXDEV: "it is on another file system",
};
