import type { NamedPlace, WorkflowPlace, WorkflowValue } from "../../domain/workflow.ts";
import { nearest } from "../../lib/nearest.ts";
import type { Reading } from "./reading.ts";
import { readValue } from "./templates.ts";
import { waitTimeFault } from "./wait-time.ts";
import type { YamlEntry, YamlNode } from "./yaml-file.ts";

/** Number of unknown names of one map that are compared with the known ones. */
const MAX_COMPARED = 20;

/** The members of a map, by name. */
export type Fields = ReadonlyMap<string, YamlEntry>;

/** Says what a value is, for messages. */
export function kindOf(node: YamlNode): string {
  if (node.type !== "scalar") return node.type === "list" ? "a list" : "a map";
  return node.value === null ? "empty" : `a ${typeof node.value}`;
}

/**
 * Reads a map whose members are known, and reports others.
 * @param what it is, at the beginning of a message: `"compensate"`
 * @returns undefined if the value is no map
 */
export function readFields(
  node: YamlNode,
  what: string,
  known: readonly string[],
  reading: Reading,
): Fields | undefined {
  const { findings, source } = reading;
  if (node.type !== "map") {
    const remedy =
      known.length === 0 ? "Write `name: value` lines." : `Write a map with ${known.slice(0, 8).join(", ")}.`;
    findings.error(source.placeAt(node.offset), `${what} is ${kindOf(node)}, not a map.`, remedy);
    return undefined;
  }
  let unknown = 0;
  for (const { name, offset } of node.entries) {
    if (known.includes(name)) continue;
    unknown += 1;
    const near = unknown > MAX_COMPARED ? undefined : nearest(name, known);
    const remedy = near === undefined ? `Use ${known.join(", ")}.` : `Write ${near}.`;
    findings.error(source.placeAt(offset), `${what} has no member ${JSON.stringify(name)}.`, remedy);
  }
  return new Map(node.entries.map((entry) => [entry.name, entry]));
}

/** Reads a string that is not empty and has no expressions. */
export function readText(entry: YamlEntry | undefined, what: string, reading: Reading): NamedPlace | undefined {
  if (entry === undefined) return undefined;
  const { value: node } = entry;
  const place = reading.source.placeAt(node.offset);
  const value = node.type === "scalar" ? node.value : undefined;
  if (typeof value !== "string" || value === "") {
    reading.findings.error(
      place,
      `${what} is ${value === "" ? "empty" : kindOf(node)}, not a string.`,
      "Write a name.",
    );
    return undefined;
  }
  if (!value.includes("${")) return { name: value, place };
  const remedy = "Write it out, and use `switch` to choose between several.";
  reading.findings.error(place, `${what} has an expression.`, remedy);
  return undefined;
}

/** Reads a value that must be a string, or have expressions. */
export function readTextValue(entry: YamlEntry | undefined, what: string, reading: Reading): WorkflowValue | undefined {
  if (entry === undefined) return undefined;
  const value = readValue(entry.value, reading);
  if (value.kind === "text" || value.kind === "expression") return value;
  if (value.kind === "literal" && typeof value.value === "string" && value.value !== "") return value;
  reading.findings.error(value.place, `${what} is ${kindOf(entry.value)}, not a string.`, "Write a text.");
  return undefined;
}

/** Reads a duration, or an expression that yields one. @param least in ms */
export function readWaitTime(
  entry: YamlEntry | undefined,
  what: string,
  least: number,
  reading: Reading,
): WorkflowValue | undefined {
  if (entry === undefined) return undefined;
  const value = readValue(entry.value, reading);
  if (value.kind === "expression" || value.kind === "text") return value;
  const fault = waitTimeFault(value.kind === "literal" ? value.value : kindOf(entry.value), least);
  if (fault !== undefined) reading.findings.error(value.place, `${what} ${fault.message}.`, fault.remedy);
  return fault === undefined ? value : undefined;
}

/** Reports that a member is missing, at the name of what lacks it. */
export function missing(name: string, place: WorkflowPlace, { findings }: Reading, remedy: string): void {
  findings.error(place, `The member ${JSON.stringify(name)} is missing.`, remedy);
}
