/** A bar of the timeline. */
export interface TimelineRow {
  id: string;
  name: string;
  /** What distinguishes it from others with the same name, such as the address of a fetch. */
  detail: string;
  /** ms since the epoch. */
  startMs: number;
  /** null while it lasts. */
  durationMs: number | null;
  tone: "waiting" | "busy" | "call" | "quiet";
  /** Why it failed; null if it did not. */
  error: string | null;
  /** How deep it is nested, from 0. */
  depth: number;
}
