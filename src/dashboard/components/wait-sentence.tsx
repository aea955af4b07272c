import type { JobExplanation } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
import { LocalTimes } from "./local-times.tsx";
import { relativeTime } from "./time-words.ts";

/** What a job waits for, and how long still, in one sentence. */
export function WaitSentence({ message, until }: Pick<JobExplanation, "message" | "until">) {
  const now = useApp().now.value;
  const ms = until === null ? 0 : Date.parse(until);
  if (ms <= now) return <LocalTimes text={message} />;
  // The message may end with the time itself, and always ends with a full stop.
  return (
    <>
      <LocalTimes text={message.replace(/\.$/, "")} /> ({relativeTime(ms, now)}
      {until !== null && message.includes(until) ? "" : " at the earliest"}).
    </>
  );
}
