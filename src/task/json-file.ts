import type { JsonValue } from "../domain/json.ts";
import type { Problem } from "../domain/problem.ts";
import { findJsonFault, linePosition, MAX_JSON_DEPTH } from "../lib/json-text.ts";

/** Maximum number of problems that are reported for one file. */
const MAX_FINDINGS = 100;

/** The content of a JSON file, or the problem that makes it invalid. */
export type JsonFile = { value: JsonValue; text: string } | { problem: Problem };

/** Something found in a JSON file, before its line and column are looked up. */
export interface JsonFinding {
  severity: Problem["severity"];
  /** JSON pointer (RFC 6901) to the value, "" for the whole file. */
  pointer: string;
  /** Report the location of the member's name instead of its value. */
  atName?: boolean;
  message: string;
  remedy: string;
}

/**
 * Reads a JSON file strictly: it must be UTF-8 (a byte order mark is tolerated), and {@link findJsonFault} must find
 * nothing.
 * @param file name to report in the problem
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

/** Does the same for a string. */
export function readJsonText(text: string, file: string): JsonFile {
  const fault = findJsonFault(text, MAX_JSON_DEPTH);
  if (fault !== undefined) {
    return {
      problem: {
        severity: "error",
        file,
        ...linePosition(text, fault.offset),
        message: `The file is not valid JSON: ${fault.message}.`,
        remedy: "Fix the JSON at this position.",
      },
    };
  }
  return { value: JSON.parse(text) as JsonValue, text };
}

/** Decodes UTF-8 without a byte order mark; returns `undefined` for invalid bytes. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Adds line and column to findings. The parser that records positions is only loaded here, so that a valid file never
 * pays for it.
 */
export async function locate(file: string, text: string, findings: readonly JsonFinding[]): Promise<Problem[]> {
  if (findings.length === 0) return [];
  const { parseTree } = await import("jsonc-parser");
  const root = parseTree(text);
  // Looking up a position takes time proportional to the file. Errors come first when some findings have to be dropped.
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
  const message = `This file has ${left.length} more problems.`;
  return [...problems, { severity: left[0].severity, file, message, remedy: "Fix the listed problems first." }];
}

function bySeverity(a: JsonFinding, b: JsonFinding): number {
  return Number(a.severity === "warning") - Number(b.severity === "warning");
}

/** Splits a JSON pointer into its unescaped names. */
function pointerNames(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Escapes a name as one step of a JSON pointer, including the `/`. */
export function pointerStep(name: string | number): string {
  return `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
