import type { JsonValue } from "../../domain/json.ts";
import type { WorkflowExpression, WorkflowPlace, WorkflowValue } from "../../domain/workflow.ts";
import { readExpression } from "./expressions.ts";
import type { Findings } from "./findings.ts";
import type { Reading } from "./reading.ts";
import { placesIn } from "./scalar-places.ts";
import type { YamlNode, YamlScalar } from "./yaml-file.ts";

/** Reads a value, in whose strings expressions may stand. */
export function readValue(node: YamlNode, reading: Reading): WorkflowValue {
  const place = reading.source.placeAt(node.offset);
  if (node.type === "scalar") {
    if (typeof node.value === "string" && node.value.includes("${")) return readTemplate(node, node.value, reading);
    return { kind: "literal", value: node.value, place };
  }
  if (node.type === "list") return { kind: "list", items: node.items.map((item) => readValue(item, reading)), place };
  const members = node.entries.map(({ name, value }): [string, WorkflowValue] => [name, readValue(value, reading)]);
  return { kind: "map", members, place };
}

/** Returns a value as it is written, without looking for expressions. */
export function plainValue(node: YamlNode): JsonValue {
  if (node.type === "scalar") return node.value;
  if (node.type === "list") return node.items.map(plainValue);
  return Object.fromEntries(node.entries.map(({ name, value }) => [name, plainValue(value)]));
}

/** Returns a value without expressions as JSON; undefined if it has expressions. */
export function literalOf(value: WorkflowValue): JsonValue | undefined {
  if (value.kind === "literal") return value.value;
  if (value.kind === "list") {
    const items = value.items.map(literalOf);
    return items.includes(undefined) ? undefined : (items as JsonValue[]);
  }
  if (value.kind !== "map") return undefined;
  const members = value.members.map(([name, member]) => [name, literalOf(member)] as const);
  return members.some(([, member]) => member === undefined) ? undefined : (Object.fromEntries(members) as JsonValue);
}

/** Returns the expressions in a value, in the order in which they are written. */
export function expressionsIn(value: WorkflowValue): WorkflowExpression[] {
  switch (value.kind) {
    case "literal":
      return [];
    case "expression":
      return [value.expression];
    case "text":
      return value.parts.filter((part) => typeof part !== "string");
    case "list":
      return value.items.flatMap(expressionsIn);
    case "map":
      return value.members.flatMap(([, member]) => expressionsIn(member));
  }
}

const CUT = 'Put the value in quotes: YAML takes " #" in it as the beginning of a comment.';

function readTemplate(scalar: YamlScalar, text: string, { source, findings, parse }: Reading): WorkflowValue {
  const placeAt = placesIn(scalar, source);
  const place = source.placeAt(scalar.offset);
  const parts: (string | WorkflowExpression)[] = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf("$", at);
    if (next === -1) break;
    plain += text.slice(at, next);
    at = next;
    if (text.startsWith("$${", at)) {
      plain += "${";
      at += 3;
    } else if (text.startsWith("${", at)) {
      const read = readExpression(parse, text, at, placeAt);
      if ("fault" in read) {
        const { index, message, remedy } = read.fault;
        const isCut = /^[ \t]+#/.test(source.text.slice(scalar.end, scalar.end + 20));
        findings.error(placeAt(index), message, isCut ? CUT : remedy);
        return { kind: "literal", value: null, place };
      }
      warnOfUnknown(read.unknown, findings);
      if (plain !== "") parts.push(plain);
      plain = "";
      parts.push(read.expression);
      at = read.end;
    } else {
      plain += "$";
      at += 1;
    }
  }
  plain += text.slice(at);
  if (plain !== "") parts.push(plain);
  const [only, second] = parts;
  if (only !== undefined && typeof only !== "string" && second === undefined) {
    return { kind: "expression", expression: only, place };
  }
  if (parts.every((part) => typeof part === "string")) return { kind: "literal", value: parts.join(""), place };
  return { kind: "text", parts, place };
}

function warnOfUnknown(unknown: readonly { name: string; place: WorkflowPlace }[], findings: Findings): void {
  for (const { name, place } of unknown) {
    const message = `The expression uses ${name}, which is not defined.`;
    findings.warning(place, message, "Expressions see input, steps, and inside forEach item and index.");
  }
}
