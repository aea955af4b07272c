/** Languages of a task's files. */
export type SourceLanguage = "js" | "ts";
