import type { Source } from "../../../../dist/generated/api-types.ts";

/** What is wrong with the sources: why one can't be refreshed, and problems with their tasks. */
export function SourceProblems({ sources }: { sources: readonly Source[] }) {
  const wrong = sources.filter(({ error, problems }) => error !== null || problems.length > 0);
  return (
    <>
      {wrong.map(({ name, error, problems }) => (
        <section class="panel" key={name} aria-label={`Problems of ${name}`}>
          <div class="panel-head">
            <h2>Problems of {name}</h2>
          </div>
          {error !== null && <p class="reason">{error}</p>}
          <ul>
            {problems.map(({ file, line, severity, message, remedy }) => (
              <li key={`${file}:${line}:${message}`}>
                <code>{line === undefined ? file : `${file}:${line}`}</code> {severity}: {message}{" "}
                <span class="quiet">{remedy}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
