import { useApp } from "../app-context.ts";
import { Time } from "../components/time.tsx";
import { exactTime } from "../components/time-words.ts";

/** One firing on a strip. */
export interface StripMark {
  /** ISO 8601. */
  at: string;
  /** What is said when it is pointed at, besides the time. */
  text: string;
  look: "next" | "good" | "bad" | "off";
}

/** Firings on a line of time, with now as an upright stroke. @param label what it shows, for screen readers */
export function TimeStrip({ label, marks }: { label: string; marks: readonly StripMark[] }) {
  const now = useApp().now.value;
  const times = [now, ...marks.map(({ at }) => Date.parse(at))];
  const [from, to] = [Math.min(...times), Math.max(...times)];
  if (from === to) return null;
  // The marks at the ends stay inside.
  const place = (ms: number) => `${1 + ((ms - from) / (to - from)) * 98}%`;
  return (
    <>
      <svg class="time-strip" role="img" aria-label={label}>
        <line x1="0" x2="100%" y1="24" y2="24" />
        <line class="strip-now" x1={place(now)} x2={place(now)} y1="6" y2="42" />
        {marks.map(({ at, text, look }) => (
          <circle key={`${at}${text}`} class={`strip-${look}`} cx={place(Date.parse(at))} cy="24" r="6">
            <title>{`${exactTime(Date.parse(at))}: ${text}`}</title>
          </circle>
        ))}
      </svg>
      <div class="strip-ends">
        <Time at={new Date(from).toISOString()} />
        <Time at={new Date(to).toISOString()} />
      </div>
    </>
  );
}
