/** One import in a file of a task. */
export interface ImportStatement {
  specifier: string;
  /** Path of the importing file. */
  importer: string;
  kind: ImportKind;
}

/** By `import` or by `require()`: packages may have a file for each. */
export type ImportKind = "import" | "require";
