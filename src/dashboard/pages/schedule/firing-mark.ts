import type { Firing } from "../../../../dist/generated/api-types.ts";
import type { Tone } from "../../components/status-badge.tsx";
import type { StripMark } from "../../schedule/time-strip.tsx";

/** How the result of a firing is shown. */
export const FIRING_TONES: Readonly<Record<Firing["status"], Tone>> = {
  enqueued: "good",
  buffered: "waiting",
  skipped: "off",
  missed: "bad",
};

/** Returns a past firing as a mark on a line of time. */
export function firingMark({ fireAt, status }: Firing): StripMark {
  const look = status === "missed" ? "bad" : status === "skipped" ? "off" : "good";
  return { at: fireAt, text: status, look };
}
