import { isTerminal, writeStderr } from "./output.ts";

/** One line on a terminal that says how far something is; nothing anywhere else. */
export interface ProgressLine {
  /** Shows a text in place of the last one, a few times a second at most. */
  show: (text: string) => void;
  /** Takes the line away, so that something else can be written. */
  clear: () => void;
  /** Nobody sees it: the text need not be made. */
  readonly hidden: boolean;
}

const INTERVAL_MS = 200;
const ERASE = "\r\u001b[K";

/** Makes the line for standard error. */
export function createProgressLine(): ProgressLine {
  if (!isTerminal("stderr")) return { show: () => {}, clear: () => {}, hidden: true };
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
