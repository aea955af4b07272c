import type { JsonObject } from "../../domain/json.ts";
import type { JsonFinding } from "../json-file.ts";
import type { SchemaIndex } from "./resource.ts";

/**
 * Reports schemas that refer to themselves for the same value. Validating with them would never end.
 * @param edges for each schema, those that apply to the same value
 */
export function reportCircles(
  edges: ReadonlyMap<JsonObject, readonly JsonObject[]>,
  index: SchemaIndex,
  findings: JsonFinding[],
): void {
  const done = new Set<JsonObject>();
  const open = new Set<JsonObject>();
  const visit = (schema: JsonObject): void => {
    if (done.has(schema)) return;
    if (open.has(schema)) {
      const pointer = index.places.get(schema)?.pointer ?? "";
      const message = "The schema refers to itself infinitely.";
      findings.push({
        severity: "error",
        pointer,
        message,
        remedy: "Make the recursion go through a member or an item.",
      });
      return;
    }
    open.add(schema);
    for (const next of edges.get(schema) ?? []) visit(next);
    open.delete(schema);
    done.add(schema);
  };
  for (const schema of edges.keys()) visit(schema);
}
