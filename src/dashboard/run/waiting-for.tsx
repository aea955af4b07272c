import type { Job } from "../../../dist/generated/api-types.ts";
import { Time } from "../components/time.tsx";
import { Link } from "../routing/link.tsx";
import { WAITS_FOR } from "./operation-words.ts";

/** What {@link WaitingFor} takes. */
export interface WaitingForProps {
  waits: Job["waitingFor"];
  /** Whether it is a run that is at work: the next wait may begin, and end, at any time. */
  isAtWork: boolean;
}

/** What a run waits for, and until when. Nothing for what has ended. */
export function WaitingFor({ waits, isAtWork }: WaitingForProps) {
  // Otherwise the page would jump with each of many short waits.
  if (waits.length === 0 && !isAtWork) return null;
  return (
    <section class="panel" aria-labelledby="waiting-for">
      <h2 id="waiting-for">What the run waits for</h2>
      {waits.length === 0 && <p class="quiet">Nothing: it is at work.</p>}
      <ul class="waits">
        {waits.map((wait, index) => (
          <li key={index}>
            <WaitText wait={wait} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is awaited, and until when. */
export function WaitText({ wait }: { wait: Job["waitingFor"][number] }) {
  return (
    <>
      {wait.label !== null && <strong>{wait.label}: </strong>}
      {WAITS_FOR[wait.kind]}
      <Subject wait={wait} />
      {wait.dueAt !== null && wait.kind !== "sleep" && (
        <span class="quiet">
          {" "}
          until <Time at={wait.dueAt} exact />
        </span>
      )}
    </>
  );
}

function Subject({ wait }: { wait: Job["waitingFor"][number] }) {
  const { kind, name, dueAt, jobId } = wait;
  if (kind === "sleep") {
    return (
      <>
        {": "}
        <Time at={dueAt ?? name} exact /> (<Time at={dueAt ?? name} />)
      </>
    );
  }
  return (
    <>
      {" "}
      <span class="wait-name">{name}</span>
      {jobId !== null && (
        <>
          {" "}
          in <Link to={`/jobs/${jobId}`}>job {jobId}</Link>
        </>
      )}
      {kind === "approve" && (
        <>
          {" "}
          (<Link to="/approvals">approvals</Link>)
        </>
      )}
    </>
  );
}
