import { linePosition } from "../../lib/json-text.ts";

/** Finds line and column of an import, because the bundler does not report them for unresolved imports. */
export function findSpecifier(text: string, specifier: string): { line: number; column: number } | undefined {
  const spellings = ['"', "'", "`"].map((quote) => quote + specifier + quote);
  const offsets = [JSON.stringify(specifier), ...spellings].map((one) => text.indexOf(one)).filter((at) => at !== -1);
  return offsets.length === 0 ? undefined : linePosition(text, Math.min(...offsets));
}
