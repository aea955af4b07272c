import { clockText } from "./clock-text.ts";
import type { LogLine } from "./log-line.ts";

/** How much of a message is shown: the rest is there to copy. */
const SHOWN = 4_000;

/** One line of a log. Its height is fixed, so that a message with several lines stays in one row. */
export function LogRow({ line }: { line: LogLine | undefined | null }) {
  if (line === undefined) return <div class="log-row quiet">…</div>;
  if (line === null) return <div class="log-row quiet">not kept any more</div>;
  const { level, message, time } = line;
  return (
    <div class={`log-row log-${level}`}>
      <span class="log-time">{clockText(time)}</span> <span class="log-level">{level.padEnd(5)}</span>{" "}
      <span class="log-message">{shownText(message)}</span>
    </div>
  );
}

function shownText(message: string): string {
  const text = message.length > SHOWN ? `${message.slice(0, SHOWN)}… (${message.length} characters)` : message;
  return text.replace(/\r?\n/g, " ↵ ");
}
