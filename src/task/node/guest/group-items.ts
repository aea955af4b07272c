/** How wide lines may be, and how dense. */
interface Page {
  width: number;
  compact: number;
  indent: number;
}

/**
 * Arranges the parts of a long array in columns, by the rule of Node.js: about two and a half times as wide as high, at
 * most 16 columns, numbers aligned to the right.
 * @param count how many lines there would be without columns
 * @returns lines, or the same parts if columns do not help
 */
export function groupItems(items: readonly string[], numeric: boolean, count: number, page: Page): readonly string[] {
  const separator = 2;
  const widest = Math.max(...items.map(({ length }) => length));
  const total = items.reduce((sum, { length }) => sum + length + separator, 0);
  const cell = widest + separator;
  if (cell * 3 + page.indent >= page.width || !(total / cell > 5 || widest <= 6)) return items;
  const bias = Math.max(cell - 3 - Math.sqrt(cell - total / count), 1);
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * bias * items.length) / bias),
    Math.floor((page.width - page.indent) / cell),
    page.compact * 4,
    15,
  );
  if (columns <= 1) return items;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...items.filter((_, index) => index % columns === column).map(({ length }) => length)),
  );
  const lines: string[] = [];
  for (let at = 0; at < items.length; at += columns) {
    const row = items.slice(at, at + columns);
    const cells = row.map((text, column) => {
      const width = widths[column] ?? 0;
      const isLast = column === row.length - 1;
      if (numeric) return isLast ? text.padStart(width) : `${text}, `.padStart(width + separator);
      return isLast ? text : `${text}, `.padEnd(width + separator);
    });
    lines.push(cells.join(""));
  }
  return lines;
}
