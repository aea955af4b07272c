import type { LogEntry } from "../../domain/execution.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Problem } from "../../domain/problem.ts";
import { problemJson, problemLines } from "./error-report.ts";
import { isTerminal, jsonLine, type Paint, painter, printable, writeStderr } from "./output.ts";

/** Levels in ascending order; `silent` shows nothing. */
const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** The lowest level of a task's console that is shown. */
export type ShownLevel = (typeof LEVELS)[number];

/** Options that choose what is shown of a task's console. */
export interface ConsoleOptions {
  "log-level": ShownLevel | undefined;
  quiet: boolean;
  verbose: boolean;
}

/** Returns the lowest level that is shown. @param configured the level of the configuration */
export function shownLevel(options: ConsoleOptions, configured: ShownLevel): ShownLevel {
  if (options.quiet) return "silent";
  return options.verbose ? "debug" : (options["log-level"] ?? configured);
}

/** Shows the console, progress and warnings of tasks on standard error. */
export interface TaskConsole {
  /** `line` is the number of the stream's line that the task runs for. */
  onLog: (entry: LogEntry, line?: number) => void;
  /** Shown on a terminal only. */
  onProgress: (value: JsonValue) => void;
  warn: (problems: readonly Problem[]) => void;
}

/**
 * Creates the console: plain lines `[level] message`, or one JSON object per line if errors are JSON.
 */
export function createTaskConsole(level: ShownLevel, format: "text" | "json"): TaskConsole {
  const least = LEVELS.indexOf(level);
  const shows = (of: ShownLevel) => LEVELS.indexOf(of) >= least;
  let paint: Paint | undefined;
  const painted: Paint = (style, text) => {
    paint ??= painter("stderr");
    return paint(style, text);
  };
  return {
    onLog: (entry, line) => {
      if (!shows(entry.level)) return;
      if (format === "json") {
        writeStderr(jsonLine({ log: line === undefined ? entry : { ...entry, line } }));
        return;
      }
      const level = painted(entry.level === "error" ? "red" : "dim", `[${entry.level}]`);
      writeStderr(`${level} ${line === undefined ? "" : `line ${line}: `}${printable(entry.message)}\n`);
    },
    onProgress: (value) => {
      if (!shows("info") || !isTerminal("stderr")) return;
      writeStderr(`${painted("dim", "[progress]")} ${printable(JSON.stringify(value))}\n`);
    },
    warn: (problems) => {
      if (!shows("warn")) return;
      for (const problem of problems) {
        if (format === "json") writeStderr(jsonLine({ warning: problemJson(problem) }));
        else writeStderr(`${problemLines(problem, painted).join("\n").trimStart()}\n`);
      }
    },
  };
}
