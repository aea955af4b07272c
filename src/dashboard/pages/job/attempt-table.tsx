import type { ComponentChildren } from "preact";
import type { Execution } from "../../../../dist/generated/api-types.ts";
import { Bytes } from "../../components/bytes.tsx";
import { Duration } from "../../components/duration.tsx";
import { ErrorReason } from "../../components/error-reason.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";

/** One thing in which attempts are compared. */
interface Aspect {
  name: string;
  render(attempt: Execution): ComponentChildren;
}

const ASPECTS: readonly Aspect[] = [
  { name: "Status", render: ({ status }) => <StatusBadge status={status} /> },
  { name: "Reason", render: ({ error }) => <ErrorReason error={error} /> },
  { name: "Version", render: ({ version }) => version ?? "–" },
  { name: "Started", render: ({ startedAt }) => <Time at={startedAt} /> },
  { name: "Waited", render: ({ queueWaitMs }) => <Duration ms={queueWaitMs} /> },
  { name: "Ran", render: ({ durationMs }) => <Duration ms={durationMs} /> },
  { name: "Processor", render: ({ usage }) => <Duration ms={usage.cpuMs} /> },
  { name: "Memory", render: ({ usage }) => <Bytes value={usage.peakMemoryBytes} /> },
  { name: "Fetches", render: ({ usage }) => usage.fetchCount ?? "–" },
  { name: "Log lines", render: ({ logCount }) => logCount },
];

/** Attempts as the columns of a table. */
export function AttemptTable({ attempts }: { attempts: readonly Execution[] }) {
  return (
    // A region that scrolls has to be reachable by keyboard (WCAG 2.1.1).
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    // biome-ignore lint/a11y/useSemanticElements: it is no set of form fields
    <div class="table-frame" role="group" aria-label="Attempts" tabIndex={0}>
      <table class="data-table attempts">
        <caption class="visually-hidden">Attempts side by side</caption>
        <thead>
          <tr>
            <td />
            {attempts.map(({ id, attempt }) => (
              <th key={id} scope="col">
                <Link to={`/executions/${id}`}>Attempt {attempt}</Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ASPECTS.map(({ name, render }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {attempts.map((attempt) => (
                <td key={attempt.id}>{render(attempt)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
