import type { JsonValue } from "../../domain/json.ts";
import { type Paint, printable } from "./output.ts";

/** Formats rows as columns of even width below a line of names. The last column is not padded. */
export function table(names: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  const all = [names, ...rows].map((row) => row.map((cell) => printable(cell)));
  const widths = names.map((_, column) => Math.max(...all.map((row) => Bun.stringWidth(row[column] ?? ""))));
  const lines = all.map((row, index) => {
    const cells = row.map((cell, column) => {
      const last = column === row.length - 1;
      return last ? cell : cell + " ".repeat((widths[column] ?? 0) - Bun.stringWidth(cell));
    });
    const line = cells.join("  ");
    return index === 0 ? paint("dim", line) : line;
  });
  return `${lines.join("\n")}\n`;
}

/** Converts values to the cells of a row. A missing value is an empty cell. */
export function cells(values: readonly (JsonValue | undefined)[]): string[] {
  return values.map((value) =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? ""),
  );
}

/** Maximum length of one fact, in characters. */
const LONGEST_FACT = 2_000;

/** Returns the words of a list, separated by commas; undefined if the list is empty. */
export function wordsText(words: JsonValue | undefined): string | undefined {
  return Array.isArray(words) && words.length > 0 ? words.join(", ") : undefined;
}

/** Formats facts about one thing, one per line. Facts without a value are left out. */
export function facts(
  entries: readonly (readonly [name: string, value: JsonValue | undefined])[],
  paint: Paint,
): string {
  const shown = entries.filter(([, value]) => value !== null && value !== undefined);
  const width = Math.max(9, ...shown.map(([name]) => name.length));
  const lines = shown.map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const cut = text.length > LONGEST_FACT ? `${text.slice(0, LONGEST_FACT)}...` : text;
    return `${paint("dim", name.padEnd(width))} ${printable(cut)}\n`;
  });
  return lines.join("");
}
