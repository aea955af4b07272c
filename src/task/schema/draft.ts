/** Supported drafts of JSON Schema in ascending order. 2019 means 2019-09 and 2020 means 2020-12. */
export type Draft = 4 | 6 | 7 | 2019 | 2020;

/** Draft of schemas without `$schema`. */
export const DEFAULT_DRAFT: Draft = 2020;

const DRAFT_OF: ReadonlyMap<string, Draft> = new Map([
  ["json-schema.org/draft-04/schema", 4],
  ["json-schema.org/draft-06/schema", 6],
  ["json-schema.org/draft-07/schema", 7],
  ["json-schema.org/draft/2019-09/schema", 2019],
  ["json-schema.org/draft/2020-12/schema", 2020],
]);

/** Known values of `$schema`, for error messages. */
export const SCHEMA_URIS: readonly string[] = [
  "http://json-schema.org/draft-04/schema#",
  "http://json-schema.org/draft-06/schema#",
  "http://json-schema.org/draft-07/schema#",
  "https://json-schema.org/draft/2019-09/schema",
  "https://json-schema.org/draft/2020-12/schema",
];

/** Returns the draft for a `$schema`, with http or https and with or without a trailing `#`. */
export function draftOf(uri: string): Draft | undefined {
  return DRAFT_OF.get(uri.replace(/^https?:\/\//, "").replace(/#$/, ""));
}

/** Returns the keyword for the URI of a schema: `id` in draft 4, `$id` in later drafts. */
export function idKeyword(draft: Draft): "id" | "$id" {
  return draft === 4 ? "id" : "$id";
}

/** Returns true if keywords next to a `$ref` are ignored, as up to draft 7. */
export function refHidesSiblings(draft: Draft): boolean {
  return draft <= 7;
}
