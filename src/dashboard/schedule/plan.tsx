import type { Schedule } from "../../../dist/generated/api-types.ts";
import { durationText, exactTime } from "../components/time-words.ts";
import { cronWords } from "./cron-words.ts";

/** When a schedule fires, as it is written and in words. */
export function Plan({ schedule: { cron, every, at, timezone } }: { schedule: Schedule }) {
  if (cron !== null) {
    return (
      <>
        <code>{cron}</code>{" "}
        <span class="quiet">
          {cronWords(cron)} ({timezone})
        </span>
      </>
    );
  }
  if (every !== null) return <>every {typeof every === "number" ? durationText(every) : every}</>;
  return <>once, {at === null ? "never" : exactTime(Date.parse(at))}</>;
}
