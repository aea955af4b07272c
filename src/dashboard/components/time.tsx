import { useApp } from "../app-context.ts";
import { exactTime, relativeTime } from "./time-words.ts";

/** A time: relative to now, with the exact time in the reader's zone when it is pointed at. @param at ISO 8601 */
export function Time({ at, exact = false }: { at: string | null; exact?: boolean }) {
  const { now } = useApp();
  if (at === null) return <span class="quiet">–</span>;
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={exact ? relativeTime(ms, now.value) : exactTime(ms)}>
      {exact ? exactTime(ms) : relativeTime(ms, now.value)}
    </time>
  );
}
