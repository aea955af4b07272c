import { fstatSync } from "node:fs";
import { formatDuration } from "../../../lib/duration.ts";
import type { StreamCount } from "./pump-options.ts";

/** Returns the size of an input if it is a file, from where it is read; undefined for a pipe or a terminal. */
export function inputSize(descriptor: number): number | undefined {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

/** Describes the progress of a stream: lines, failures, rate, and, for a file, the time that is left. */
export function progressText(count: StreamCount, elapsedMs: number, size: number | undefined): string {
  const { done, failed } = count;
  const perSecond = done / (elapsedMs / 1_000);
  const failures = failed === 0 ? "" : `, ${failed.toLocaleString("en")} failed`;
  const rate = perSecond >= 10 ? Math.round(perSecond).toLocaleString("en") : perSecond.toFixed(1);
  const lines = done === 1 ? "1 line" : `${done.toLocaleString("en")} lines`;
  return `${lines}${failures}, ${rate} a second${leftText(count, perSecond, size)}`;
}

/** Lines that were left out are seen too, so the rest of the file counts by the average length of a line. */
function leftText({ done, skipped, seen, seenSize }: StreamCount, perSecond: number, size: number | undefined): string {
  if (size === undefined || size === 0 || seen === 0 || perSecond === 0) return "";
  // Each line has an end, too.
  const perLine = seenSize / seen + 1;
  const total = Math.max(seen, size / perLine);
  const share = Math.min((done + skipped) / total, 1);
  const seconds = Math.ceil((total - done - skipped) / perSecond);
  const percent = Math.floor(share * 100);
  return `, ${percent} %, ${seconds <= 0 ? "0s" : durationText(seconds)} left`;
}

/** The two largest units are enough: `1h5m`, `2m30s`, `12s`. */
function durationText(seconds: number): string {
  if (seconds < 60) return formatDuration(seconds * 1_000);
  const [large, small, unit] =
    seconds < 3_600
      ? [Math.floor(seconds / 60), seconds % 60, ["m", "s"]]
      : [Math.floor(seconds / 3_600), Math.round((seconds % 3_600) / 60), ["h", "m"]];
  return `${large}${unit[0]}${small === 0 ? "" : `${small}${unit[1]}`}`;
}
