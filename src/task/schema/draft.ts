/** The drafts of JSON Schema that tasks may be written in, in rising order; 2019 is 2019-09, 2020 is 2020-12. */
export type Draft = 4 | 6 | 7 | 2019 | 2020;

/** The draft of a schema without `$schema`. */
export const DEFAULT_DRAFT: Draft = 2020;

const DRAFT_OF: ReadonlyMap<string, Draft> = new Map([
  ["json-schema.org/draft-04/schema", 4],
  ["json-schema.org/draft-06/schema", 6],
  ["json-schema.org/draft-07/schema", 7],
  ["json-schema.org/draft/2019-09/schema", 2019],
  ["json-schema.org/draft/2020-12/schema", 2020],
]);

/** The values of `$schema` that are known, for error messages. */
export const SCHEMA_URIS: readonly string[] = [
  "http://json-schema.org/draft-04/schema#",
  "http://json-schema.org/draft-06/schema#",
  "http://json-schema.org/draft-07/schema#",
  "https://json-schema.org/draft/2019-09/schema",
  "https://json-schema.org/draft/2020-12/schema",
];

/** The draft that a `$schema` names, whether with http or https, with or without `#` at its end. */
export function draftOf(uri: string): Draft | undefined {
  return DRAFT_OF.get(uri.replace(/^https?:\/\//, "").replace(/#$/, ""));
}

/** The keyword that names a schema: `id` in draft 4, `$id` since. */
export function idKeyword(draft: Draft): "id" | "$id" {
  return draft === 4 ? "id" : "$id";
}

/** Up to draft 7, everything beside a `$ref` is ignored. */
export function refHidesSiblings(draft: Draft): boolean {
  return draft <= 7;
}
