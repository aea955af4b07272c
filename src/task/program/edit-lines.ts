/** A replacement of a part of a text. It neither removes nor adds line breaks. */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Applies edits to generated code, and to its source map (https://tc39.es/ecma426/) so that columns stay right. */
export function applyEdits(
  code: string,
  mappings: string,
  edits: readonly TextEdit[],
): { code: string; mappings: string } {
  // The sort is stable: edits at the same place stay in their order.
  const ordered = edits.toSorted((a, b) => a.start - b.start);
  const parts: string[] = [];
  const lines = mappings.split(";");
  let end = 0;
  let line = 0;
  let lineStart = 0;
  let shifts: Shift[] = [];
  const closeLine = () => {
    if (shifts.length > 0) lines[line] = shiftLine(lines[line] ?? "", shifts);
    shifts = [];
  };
  for (const edit of ordered) {
    for (
      let next = code.indexOf("\n", lineStart);
      next !== -1 && next < edit.start;
      next = code.indexOf("\n", lineStart)
    ) {
      closeLine();
      line += 1;
      lineStart = next + 1;
    }
    parts.push(code.slice(end, edit.start), edit.text);
    end = edit.end;
    const by = edit.text.length - (edit.end - edit.start);
    if (by !== 0) shifts.push({ from: edit.end - lineStart, by });
  }
  closeLine();
  return { code: parts.join("") + code.slice(end), mappings: lines.join(";") };
}

/** Everything from this column on moves. */
interface Shift {
  from: number;
  by: number;
}

/** Moves the segments of one line. The first field of each is its column, relative to the one before. */
function shiftLine(line: string, shifts: readonly Shift[]): string {
  let column = 0;
  let next = 0;
  return line
    .split(",")
    .map((segment) => {
      if (segment === "") return segment;
      const { value, length } = readNumber(segment);
      column += value;
      let moved = value;
      for (let shift = shifts[next]; shift !== undefined && shift.from <= column; shift = shifts[++next])
        moved += shift.by;
      return moved === value ? segment : writeMapping(moved) + segment.slice(length);
    })
    .join(",");
}

function readNumber(segment: string): { value: number; length: number } {
  let value = 0;
  let shift = 0;
  let length = 0;
  let digit: number;
  do {
    digit = DIGITS.indexOf(segment[length++] ?? "A");
    value += (digit & 31) * 2 ** shift;
    shift += 5;
  } while ((digit & 32) !== 0);
  return { value: value % 2 === 1 ? -((value - 1) / 2) : value / 2, length };
}

/** Writes a field of a segment of a source map. */
export function writeMapping(value: number): string {
  let rest = value < 0 ? -value * 2 + 1 : value * 2;
  let text = "";
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += DIGITS[rest > 0 ? digit + 32 : digit];
  } while (rest > 0);
  return text;
}
