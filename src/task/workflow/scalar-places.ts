import type { WorkflowPlace } from "../../domain/workflow.ts";
import type { YamlScalar } from "./yaml-file.ts";

/** The text of a file, and how to find lines in it. */
export interface SourceText {
  text: string;
  placeAt(offset: number): WorkflowPlace;
}

/**
 * Returns a function that finds the place in the file of an index of a string. Where the string is written with escapes or over
 * several lines, the place is that of the last `${` before the index, or else of the string.
 */
export function placesIn(scalar: YamlScalar, source: SourceText): (index: number) => WorkflowPlace {
  const value = String(scalar.value);
  const raw = source.text.slice(scalar.offset, scalar.end);
  const shift = raw === value ? 0 : raw.slice(1, -1) === value ? 1 : undefined;
  if (shift !== undefined) return (index) => source.placeAt(scalar.offset + shift + index);
  const written = openings(raw);
  const read = openings(value);
  if (written.length !== read.length) return () => source.placeAt(scalar.offset);
  return (index) => {
    const before = read.findLastIndex((at) => at <= index);
    const opening = written[before];
    if (opening === undefined) return source.placeAt(scalar.offset);
    const from = read[before] ?? 0;
    const isSame = raw.startsWith(value.slice(from, index + 1), opening);
    return source.placeAt(scalar.offset + opening + (isSame ? index - from : 0));
  };
}

function openings(text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf("${"); at !== -1; at = text.indexOf("${", at + 2)) found.push(at);
  return found;
}
