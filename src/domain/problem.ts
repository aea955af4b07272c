/** Something wrong (or doubtful) in a file the user wrote, with all that is needed to mend it. */
export interface Problem {
  severity: "error" | "warning";
  /** Path of the file as the user would name it; for an archive `archive.zip!folder/file`. */
  file: string;
  /** 1-based. */
  line?: number;
  /** 1-based. */
  column?: number;
  /** JSON pointer (RFC 6901) into the file, for JSON files. */
  pointer?: string;
  message: string;
  /** What to do about it, one sentence. */
  remedy: string;
}
