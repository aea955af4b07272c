import { base } from "./base.ts";

/** Functions of steps that run now, and have waited. Those from one place of the code are one entry. */
interface RunningPlace {
  name: string;
  count: number;
  run: object;
  range: Range | undefined;
}

/** Where a function is in a file: lines and columns from 1. */
interface Range {
  file: string;
  first: [line: number, column: number];
  last: [line: number, column: number];
}

const running = new Map<string, RunningPlace>();
const { apply } = Reflect;
const { toString: sourceOf } = Function.prototype;

/** What the engine says of a function. */
type Placed = { fileName?: unknown; lineNumber?: unknown; columnNumber?: unknown };

/** The function of a step goes on later. @returns a function to call when it has ended */
export function noteRunning(name: string, run: object): () => void {
  const { fileName, lineNumber, columnNumber } = run as Placed;
  const key = `${fileName as string}:${lineNumber as string}:${columnNumber as string}`;
  const place = running.get(key) ?? { name, count: 0, run, range: undefined };
  place.count += 1;
  running.set(key, place);
  return () => {
    place.count -= 1;
    if (place.count === 0) running.delete(key);
  };
}

/** Returns the name of the step whose function calls, directly or through functions that have not waited. */
export function callingStep(): string | undefined {
  if (running.size === 0) return undefined;
  const frames = base.traceHere().split("\n");
  for (const place of running.values()) {
    place.range ??= rangeOf(place.run);
    for (let i = 0; i < frames.length; i++) if (contains(place.range, frames[i] ?? "")) return place.name;
  }
  return undefined;
}

function rangeOf(run: object): Range {
  const { fileName, lineNumber, columnNumber } = run as Placed;
  const lines = (apply(sourceOf, run, []) as string).split("\n");
  const line = Number(lineNumber);
  const column = Number(columnNumber);
  const length = lines[lines.length - 1]?.length ?? 0;
  const last: Range["last"] = [line + lines.length - 1, lines.length === 1 ? column + length : length + 1];
  return { file: `${fileName as string}`, first: [line, column], last };
}

function contains({ file, first, last }: Range, frame: string): boolean {
  const [, at, line, column] = /([^\s()]+):(\d+):(\d+)\)?$/.exec(frame) ?? [];
  if (at !== file) return false;
  const position: [number, number] = [Number(line), Number(column)];
  return !isBefore(position, first) && !isBefore(last, position);
}

function isBefore([line, column]: [number, number], [otherLine, otherColumn]: [number, number]): boolean {
  return line < otherLine || (line === otherLine && column < otherColumn);
}
