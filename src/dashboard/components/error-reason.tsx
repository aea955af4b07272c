import type { TaskError } from "../../../dist/generated/api-types.ts";

/** Why something failed, in one line. */
export function ErrorReason({ error }: { error: TaskError | null }) {
  if (error === null) return null;
  const type = error.type ?? error.code;
  // The message of a thrown error begins with its name.
  const text = error.message.startsWith(`${type}: `) ? error.message.slice(type.length + 2) : error.message;
  return (
    <span class="reason">
      <span class="reason-type">{type}</span> {text}
    </span>
  );
}
