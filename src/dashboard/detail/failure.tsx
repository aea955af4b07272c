import type { TaskError, TaskName } from "../../../dist/generated/api-types.ts";
import { ErrorCauses } from "./error-causes.tsx";
import { errorPlace } from "./error-place.ts";
import { SourceExcerpt } from "./source-excerpt.tsx";

/** What {@link Failure} takes. */
export interface FailureProps {
  error: TaskError;
  task: TaskName | null;
  version: string | null;
  /** @default "Why it failed" */
  title?: string;
}

/** Why an execution failed, or can't go on: type, message, what to do, and the line of the task's own source. */
export function Failure({ error, task, version, title = "Why it failed" }: FailureProps) {
  const place = errorPlace(error);
  const type = error.type ?? error.code;
  const { guest, remedy } = error;
  // The message of a thrown error begins with its name.
  const message = guest?.message ?? error.message.replace(`${type}: `, "");
  return (
    <section class="panel failure" aria-labelledby="failure">
      <div class="panel-head">
        <h2 id="failure">{title}</h2>
        {place !== undefined && (
          <code class="failure-place">
            {place.file}:{place.line}
          </code>
        )}
      </div>
      <p class="failure-message">
        <strong class="reason-type">{type}</strong> <span>{message}</span>
      </p>
      {remedy !== undefined && <p>{remedy}</p>}
      {guest?.cause !== undefined && <ErrorCauses cause={guest.cause} />}
      {place !== undefined && task !== null && <SourceExcerpt task={task} version={version} place={place} />}
      <p class="failure-facts quiet">
        Code <code>{error.code}</code>
        {error.status !== undefined && (
          <>
            , HTTP status <code>{error.status}</code>
          </>
        )}
        {error.attempts !== undefined && `, sent ${error.attempts} ${error.attempts === 1 ? "time" : "times"}`}
      </p>
      {guest?.stack !== undefined && (
        <details>
          <summary>Stack</summary>
          {/* A region that scrolls has to be reachable by keyboard (WCAG 2.1.1). */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
          <pre class="stack" tabIndex={0}>
            {guest.stack}
          </pre>
        </details>
      )}
    </section>
  );
}
