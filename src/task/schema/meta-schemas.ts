import type { JsonValue } from "../../domain/json.ts";
import { draftOf } from "./draft.ts";

/** Loads the schemas of JSON Schema itself, by URI. Only called for schemas that refer to them. */
export async function loadMetaSchemas(): Promise<[uri: string, document: JsonValue][]> {
  const { Meta } = await import("typebox/schema");
  return Object.entries(Meta)
    .filter(([uri]) => draftOf(uri) !== undefined)
    .map(([uri, document]) => [uri.replace(/#$/, ""), JSON.parse(JSON.stringify(document)) as JsonValue]);
}
