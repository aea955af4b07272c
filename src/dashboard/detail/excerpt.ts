/** A line of a program. */
export interface NumberedLine {
  /** From 1. */
  number: number;
  text: string;
}

/** How many lines before and after one are shown. */
const AROUND = 4;

/** Returns a line of a text with those around it. */
export function excerptOf(text: string, line: number): readonly NumberedLine[] {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const first = Math.max(1, line - AROUND);
  return lines.slice(first - 1, line + AROUND).map((shown, index) => ({ number: first + index, text: shown }));
}
