/** What a source is made of. */
export type SourceKind = "embedded" | "directory" | "zip" | "http" | "git";

/** A source of tasks, as configured. */
export interface SourceDefinition {
  /** Unique among the sources. */
  name: string;
  /** As the user wrote it, without a password. */
  uri: string;
  place: SourcePlace;
  /** Changes are picked up by themselves. Remote sources are looked at every `refreshMs` in any case. */
  watch: boolean;
  /** Between two looks at a remote source, ms. */
  refreshMs: number;
}

/** Where a source's tasks are. */
export type SourcePlace =
  /** A folder (one task or a collection), or a .zip: what it is shows when it is there. */
  | { kind: "file"; path: string }
  /** Address of an index of .zip files. */
  | { kind: "http"; url: string }
  | { kind: "git"; url: string; reference: GitReference; folder: string };

/** Which commit: the newest of the default branch, of a branch, or a tag. */
export type GitReference = { kind: "default" } | { kind: "branch" | "tag"; name: string };
