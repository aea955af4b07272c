import type { LogEntry } from "../../../domain/execution.ts";
import type { ExecutionLimits } from "../../../domain/limits.ts";
import { DEFAULT_LIMITS } from "../../../domain/limits.ts";
import type { Problem } from "../../../domain/problem.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { type CountedProgram, countLines } from "../../../task/program/count-lines.ts";

/** Which lines of one file the tests ran. */
export interface FileCoverage {
  /** Name of the file, with the path of its task. */
  file: string;
  /** Number of lines with a statement. */
  lines: number;
  covered: number;
  /** Lines that no test ran, such as `"7"` or `"12-15"`. */
  uncovered: string[];
}

/** Collects which lines the tests of a run execute. */
export interface Coverage {
  /** Returns the task with a program that reports its lines. */
  counted(task: TaskDefinition): Promise<TaskDefinition>;
  /** Returns limits with room for what such a program reports. */
  limitsFor(task: TaskDefinition, limits: Partial<ExecutionLimits>): Promise<Partial<ExecutionLimits>>;
  /** Takes a report from the console. Returns false for a line of the task's own. */
  take(task: TaskDefinition, entry: LogEntry): boolean;
  files(): FileCoverage[];
  problems(): Problem[];
}

/** What a report adds to the console, in bytes, more or less. */
const REPORT_BYTES = 256;

interface CountedTask {
  task: TaskDefinition;
  /** Undefined if the program can't be counted. */
  counted: CountedProgram | undefined;
  hits: Set<number>;
}

/** Starts to collect. */
export function createCoverage(): Coverage {
  const all = new Map<TaskDefinition, Promise<CountedTask>>();
  const ready = new Map<TaskDefinition, CountedTask>();
  const find = (task: TaskDefinition) => {
    const known = all.get(task) ?? count(task).then((one) => ready.set(task, one) && one);
    all.set(task, known);
    return known;
  };
  return {
    counted: async (task) => {
      const { counted } = await find(task);
      return counted === undefined ? task : { ...task, program: async () => counted.program };
    },
    limitsFor: async (task, limits) => {
      const { counted } = await find(task);
      const logBytes = limits.logBytes ?? task.metadata.limits?.logBytes ?? DEFAULT_LIMITS.logBytes;
      return { ...limits, logBytes: logBytes + (counted?.places.length ?? 0) * REPORT_BYTES };
    },
    take: (task, { message }) => {
      const one = ready.get(task);
      const at = one?.counted === undefined ? -1 : message.lastIndexOf(one.counted.mark);
      if (one?.counted === undefined || at === -1) return false;
      one.hits.add(Number(message.slice(at + one.counted.mark.length)));
      return true;
    },
    files: () => [...ready.values()].flatMap(fileCoverage),
    problems: () =>
      [...ready.values()].flatMap(({ task, counted }) =>
        counted === undefined
          ? [
              {
                severity: "warning",
                file: task.origin,
                message: "The coverage of this task can't be measured.",
                remedy: "Its program has syntax that is not supported for this.",
              },
            ]
          : [],
      ),
  };
}

async function count(task: TaskDefinition): Promise<CountedTask> {
  return { task, counted: await countLines(await task.program()), hits: new Set() };
}

function fileCoverage({ task, counted, hits }: CountedTask): FileCoverage[] {
  const files = new Map<string, Map<number, boolean>>();
  for (const [number, place] of (counted?.places ?? []).entries()) {
    if (place === undefined || /(?:^|\/)node_modules\//.test(place.file)) continue;
    const lines = files.get(place.file) ?? new Map<number, boolean>();
    lines.set(place.line, lines.get(place.line) === true || hits.has(number));
    files.set(place.file, lines);
  }
  return [...files].map(([file, lines]) => {
    const uncovered = [...lines].flatMap(([line, hit]) => (hit ? [] : line)).sort((a, b) => a - b);
    const known = [...lines.keys()].sort((a, b) => a - b);
    return {
      file: `${task.origin}/${file}`,
      lines: lines.size,
      covered: lines.size - uncovered.length,
      uncovered: ranges(uncovered, known),
    };
  });
}

/** Joins lines between which no other line has a statement: 3, 4, 7 become `3-4`, `7`. */
function ranges(lines: readonly number[], known: readonly number[]): string[] {
  const joined: [number, number][] = [];
  for (const line of lines) {
    const last = joined.at(-1);
    if (last !== undefined && known.indexOf(line) === known.indexOf(last[1]) + 1) last[1] = line;
    else joined.push([line, line]);
  }
  return joined.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
}
