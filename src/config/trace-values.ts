import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { TracePropagation } from "../domain/trace.ts";
import { readTextList } from "./text-list.ts";
import type { StructureReading } from "./value-form.ts";

/** JSON Schema of the hosts that get traces. */
export const PROPAGATION_SCHEMA: JsonObject = { type: ["array", "string"], items: { type: "string" } };

const HOST = /^(?:\*\.)?(?:[a-z\d_](?:[a-z\d._-]*[a-z\d_])?|\[[\da-f:.]+\])(?::\d{1,5})?$/;

/** Reads `all`, `none`, or a list of hosts. */
export function readPropagation(value: unknown): StructureReading<TracePropagation> {
  if (value === "all" || value === "none") return { value };
  const read = readTextList(value, {
    check: (item) => (HOST.test(item.toLowerCase()) ? undefined : "is not the name of a host"),
    remedy: "write all, none, or a list of hosts such as api.example.com, *.example.com or localhost:9000",
  });
  return "value" in read ? { value: read.value.map((host) => host.toLowerCase()) } : read;
}

/** Converts the hosts to the form that files contain. */
export function writePropagation(value: object): JsonValue {
  return value as unknown as JsonValue;
}
