import type { JsonValue } from "../../domain/json.ts";
import { type Paint, printable } from "./output.ts";

/** Rows with columns of even width, under a line of names. The last column is not filled up. */
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

/** Values as the cells of a row; what is absent is an empty cell. */
export function cells(values: readonly (JsonValue | undefined)[]): string[] {
  return values.map((value) =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? ""),
  );
}

/** Longest text of one fact, characters. */
const LONGEST_FACT = 2_000;

/** What is known about one thing, a line each; what is absent is left out. */
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
