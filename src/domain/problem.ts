/** An error or warning about a file of the user, with everything needed to fix it. */
export interface Problem {
  severity: "error" | "warning";
  /** Path of the file as the user would write it; in an archive `archive.zip!folder/file`. */
  file: string;
  /** 1-based. */
  line?: number;
  /** 1-based. */
  column?: number;
  /** JSON pointer (RFC 6901) into the file, for JSON files. */
  pointer?: string;
  message: string;
  /** What to do about it, in one sentence. */
  remedy: string;
}
