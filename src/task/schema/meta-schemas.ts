import { readFileSync } from "node:fs";
import file from "../../../dist/generated/meta.schemas" with { type: "file" };
import type { JsonValue } from "../../domain/json.ts";
import { draftOf } from "./draft.ts";

/**
 * Returns those of the schemas of JSON Schema itself that a text refers to, by URI. The build prepares them.
 * @param text JSON with references
 */
export function metaSchemasFor(text: string): [uri: string, document: JsonValue][] {
  const references = text.match(/https?:\/\/json-schema\.org\/[^"#]*/g) ?? [];
  const drafts = new Set(references.map(rootDraft));
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .filter((line) => drafts.has(rootDraft(line.slice(2))))
    .map((line) => JSON.parse(line) as [string, JsonValue]);
}

/** The draft to which a URI at the start of a text belongs. The parts of the newer drafts are below their own paths. */
function rootDraft(text: string): number | undefined {
  const [root = ""] = /^https?:\/\/json-schema\.org\/(?:draft-0\d|draft\/\d{4}-\d\d)\//.exec(text) ?? [];
  return draftOf(`${root}schema`);
}
