import { parseSize, SIZE_FORMS } from "../lib/size.ts";

/** A share of what the process may have, or bytes. */
export type MemoryMark = { share: number } | { bytes: number };

/** The forms that {@link parseMemoryMark} accepts, for error messages. */
const MARK_FORMS = `a share of what the process may have, such as 80%, or ${SIZE_FORMS}; off for none`;

/** Reads a mark such as `80%`, `1.5GB` or `off`. @returns null for `off`; undefined for any other form */
export function parseMemoryMark(text: string): MemoryMark | null | undefined {
  if (text === "off") return null;
  const percent = /^(\d{1,3}(?:\.\d{1,3})?) ?%$/.exec(text.trim())?.[1];
  if (percent !== undefined) {
    const share = Number(percent) / 100;
    return share > 0 && share <= 1 ? { share } : undefined;
  }
  const bytes = parseSize(text);
  return bytes === undefined || bytes === 0 ? undefined : { bytes };
}

/** @returns what is wrong with a text; undefined if it is a mark */
export function memoryMarkProblem(text: string): string | undefined {
  return parseMemoryMark(text) === undefined ? `is not ${MARK_FORMS}` : undefined;
}
