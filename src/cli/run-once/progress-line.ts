import { isTerminal, writeStderr } from "../output.ts";
import type { StreamCount } from "./line-pump.ts";

/** One line on a terminal that says how far a stream is; nothing anywhere else. */
export interface ProgressLine {
  show: (count: StreamCount) => void;
  /** Takes the line away, so that something else can be written. */
  clear: () => void;
}

const INTERVAL_MS = 200;
const ERASE = "\r\u001b[K";

/** Makes the line for standard error. */
export function createProgressLine(): ProgressLine {
  if (!isTerminal("stderr")) return { show: () => {}, clear: () => {} };
  const start = performance.now();
  let shownAt = start;
  let visible = false;
  return {
    show: ({ done, failed }) => {
      const now = performance.now();
      if (now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      visible = true;
      const rate = Math.round(done / ((now - start) / 1_000));
      const failures = failed === 0 ? "" : `, ${failed.toLocaleString("en")} failed`;
      writeStderr(`${ERASE}${done.toLocaleString("en")} lines${failures}, ${rate.toLocaleString("en")} a second`);
    },
    clear: () => {
      if (visible) writeStderr(ERASE);
      visible = false;
    },
  };
}
