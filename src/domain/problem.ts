/** How bad a problem is. A task with only warnings can run. */
export const SEVERITIES = ["error", "warning"] as const;

/** One of the {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** An error or warning about a file of the user, with everything needed to fix it. */
export interface Problem {
  severity: Severity;
  /** Path of the file as the user would write it; in an archive `archive.zip!folder/file`. */
  file: string;
  /** 1-based. */
  line?: number;
  /** 1-based. */
  column?: number;
  /** JSON pointer (RFC 6901) into the file, for JSON files. */
  pointer?: string;
  /** The other program's own name for it, such as TypeScript's "TS2322". */
  code?: string;
  message: string;
  /** What to do about it, in one sentence. */
  remedy: string;
}
