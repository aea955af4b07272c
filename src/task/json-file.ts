import type { JsonValue } from "../domain/json.ts";
import type { Problem } from "../domain/problem.ts";
import { findJsonFault, linePosition, MAX_JSON_DEPTH } from "../lib/json-text.ts";

/** Most problems of one file that are named. */
const MAX_FINDINGS = 100;

/** A JSON file that was read, or the reason why it is none. */
export type JsonFile = { value: JsonValue; text: string } | { problem: Problem };

/** Something found in a JSON file, before its line and column are looked up. */
export interface JsonFinding {
  severity: Problem["severity"];
  /** JSON pointer (RFC 6901) to the value meant, "" for the whole file. */
  pointer: string;
  /** Point at the member's name and not at its value. */
  atName?: boolean;
  message: string;
  remedy: string;
}

/**
 * Reads a JSON file strictly: UTF-8 (a byte order mark is tolerated), and without what {@link findJsonFault} finds.
 * @param file name for the problem
 */
export function readJson(bytes: Uint8Array, file: string): JsonFile {
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    return {
      problem: { severity: "error", file, message: "The file is not valid UTF-8.", remedy: "Save it as UTF-8." },
    };
  }
  return readJsonText(text, file);
}

/** The same for a text. */
export function readJsonText(text: string, file: string): JsonFile {
  const fault = findJsonFault(text, MAX_JSON_DEPTH);
  if (fault !== undefined) {
    return {
      problem: {
        severity: "error",
        file,
        ...linePosition(text, fault.offset),
        message: `The file is not valid JSON: ${fault.message}.`,
        remedy: "Mend the JSON at this place.",
      },
    };
  }
  return { value: JSON.parse(text) as JsonValue, text };
}

/** The text of UTF-8 bytes without byte order mark, `undefined` when they are none. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Gives findings their line and column. The parser that knows positions is loaded only here: a file with nothing
 * wrong never pays for it.
 */
export async function locate(file: string, text: string, findings: readonly JsonFinding[]): Promise<Problem[]> {
  if (findings.length === 0) return [];
  const { parseTree } = await import("jsonc-parser");
  const root = parseTree(text);
  // Finding a place takes time in proportion to the file. Errors go first when some have to be left out.
  const ordered = findings.length > MAX_FINDINGS ? findings.toSorted(bySeverity) : findings;
  const left = ordered.slice(MAX_FINDINGS);
  const problems = ordered.slice(0, MAX_FINDINGS).map(({ pointer, atName, ...rest }) => {
    let node = root;
    for (const name of pointerNames(pointer)) {
      const children = node?.children ?? [];
      const next =
        node?.type === "array"
          ? children[Number(name)]
          : children.find((property) => property.children?.[0]?.value === name)?.children?.[1];
      if (next === undefined) break;
      node = next;
    }
    const place = atName && node?.parent?.type === "property" ? (node.parent.children?.[0] ?? node) : node;
    return { ...rest, file, ...linePosition(text, place?.offset ?? 0), pointer };
  });
  if (left[0] === undefined) return problems;
  const message = `There are ${left.length} more problems in this file.`;
  return [...problems, { severity: left[0].severity, file, message, remedy: "Mend those that are named first." }];
}

function bySeverity(a: JsonFinding, b: JsonFinding): number {
  return Number(a.severity === "warning") - Number(b.severity === "warning");
}

/** The names a JSON pointer goes through. */
function pointerNames(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A name as one step of a JSON pointer, with its `/`. */
export function pointerStep(name: string | number): string {
  return `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
