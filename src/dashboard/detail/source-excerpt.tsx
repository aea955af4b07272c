import type { TaskName } from "../../../dist/generated/api-types.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import type { ErrorPlace } from "./error-place.ts";
import { excerptOf } from "./excerpt.ts";

/** What {@link SourceExcerpt} takes. */
export interface SourceExcerptProps {
  task: TaskName;
  /** The version that ran; null for the newest. */
  version: string | null;
  place: ErrorPlace;
}

/** The task's own source around a line, with the line marked. */
export function SourceExcerpt({ task, version, place }: SourceExcerptProps) {
  const { api } = useApp();
  const { data, problem } = useLoad(
    (signal) =>
      api.call("GET /api/v1/tasks/:task/source", {
        params: { task: task.uuid },
        query: version === null ? {} : { version },
        signal,
      }),
    [task.uuid, version ?? ""],
    // Which version ran is known only when the execution is loaded, and is most often the newest.
    { keep: true },
  );
  if (problem !== undefined) {
    return <p class="quiet">The source of this version is not there any more: {problem.message}</p>;
  }
  const lines = data === undefined ? [] : excerptOf(String(data), place.line);
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no set of form fields
    <pre
      class={data === undefined ? "excerpt excerpt-coming" : "excerpt"}
      // A region that scrolls has to be reachable by keyboard (WCAG 2.1.1).
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      aria-label={`${place.file}, around line ${place.line}`}
      role="group"
    >
      {lines.map(({ number, text }) => {
        const isPlace = number === place.line;
        return (
          <span key={number} class={isPlace ? "excerpt-line excerpt-place" : "excerpt-line"}>
            <span class="excerpt-number">{number}</span>
            {isPlace ? <mark>{text}</mark> : <span>{text}</span>}
            {"\n"}
          </span>
        );
      })}
    </pre>
  );
}
