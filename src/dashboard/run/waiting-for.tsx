import type { Job } from "../../../dist/generated/api-types.ts";
import { Time } from "../components/time.tsx";
import { Link } from "../routing/link.tsx";
import { WAITS_FOR } from "./operation-words.ts";

/** What a run waits for, and until when. Nothing if it waits for nothing. */
export function WaitingFor({ waits }: { waits: Job["waitingFor"] }) {
  if (waits.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="waiting-for">
      <h2 id="waiting-for">What the run waits for</h2>
      <ul class="waits">
        {waits.map((wait, index) => (
          <li key={index}>
            {wait.label !== null && <strong>{wait.label}: </strong>}
            {WAITS_FOR[wait.kind]}
            <Subject wait={wait} />
            {wait.dueAt !== null && wait.kind !== "sleep" && (
              <span class="quiet">
                {" "}
                until <Time at={wait.dueAt} exact />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
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
