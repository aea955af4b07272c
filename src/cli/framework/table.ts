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
