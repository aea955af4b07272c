/** Statuses of jobs and executions, and of what else has a state. */
export type Tone = "good" | "bad" | "busy" | "waiting" | "off";

const TONES: Readonly<Record<string, Tone>> = {
  completed: "good",
  failed: "bad",
  processing: "busy",
  running: "busy",
  retrying: "waiting",
  queued: "waiting",
  pending: "waiting",
  sleeping: "waiting",
  waiting: "waiting",
  paused: "off",
  needs_attention: "bad",
  cancelled: "off",
};

/** The mark of each tone, so that a status can be told without its colour. */
const MARKS: Readonly<Record<Tone, string>> = { good: "✓", bad: "✕", busy: "▶", waiting: "◷", off: "–" };

/** Returns how a status is coloured. */
export function toneOf(status: string): Tone {
  return TONES[status] ?? "off";
}

/** A status as a word with a mark and a colour. @param tone for states that are not those of jobs or executions */
export function StatusBadge({ status, tone }: { status: string; tone?: Tone }) {
  const shown = tone ?? toneOf(status);
  return (
    <span class={`badge badge-${shown}`}>
      <span aria-hidden="true">{MARKS[shown]}</span> {status.replaceAll("_", " ")}
    </span>
  );
}
