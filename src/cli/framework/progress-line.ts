import { movesCursor, processEnvironment } from "../../config/environment.ts";
import { isTerminal, writeStderr } from "./output.ts";

/** A line on a terminal that shows progress. Elsewhere, and on a terminal that can't erase it, it shows nothing. */
export interface ProgressLine {
  /** Replaces the text of the line, at most a few times a second. */
  show: (text: string) => void;
  /** Clears the line, so that something else can be written. */
  clear: () => void;
  /** Nobody sees the line, so there is no need to create its text. */
  readonly hidden: boolean;
}

const INTERVAL_MS = 200;
const ERASE = "\r\u001b[K";

/** Creates the line on standard error. @param quiet show nothing, on a terminal either */
export function createProgressLine(quiet = false): ProgressLine {
  if (quiet || !movesCursor(processEnvironment()) || !isTerminal("stderr"))
    return { show: () => {}, clear: () => {}, hidden: true };
  let shownAt = performance.now();
  let visible = false;
  return {
    hidden: false,
    show: (text) => {
      const now = performance.now();
      if (now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      visible = true;
      writeStderr(`${ERASE}${text}`);
    },
    clear: () => {
      if (visible) writeStderr(ERASE);
      visible = false;
    },
  };
}
