import type { Job } from "../../../dist/generated/api-types.ts";
import { Fact } from "../detail/facts.tsx";
import { Link } from "../routing/link.tsx";

const WHEN: Readonly<Record<NonNullable<Job["after"]>["when"], string>> = {
  completed: "once all have completed",
  failed: "once one has failed",
  any: "once all have ended",
};

/** Where a job comes from: the run that called it, the one that it was forked from, and the jobs before it. */
export function Lineage({ job: { parent, forkedFrom, after } }: { job: Job }) {
  return (
    <>
      <Fact name="Called by">
        {parent !== null && (
          <>
            <Link to={`/executions/${parent.executionId}`}>Execution {parent.executionId}</Link>
            <span class="quiet">
              {" "}
              operation {parent.number}
              {parent.item !== null && `, item ${parent.item + 1}`}
            </span>
          </>
        )}
      </Fact>
      <Fact name="Forked from">
        {forkedFrom !== null && (
          <>
            <Link to={`/executions/${forkedFrom.executionId}`}>Execution {forkedFrom.executionId}</Link>
            <span class="quiet"> at {forkedFrom.step}</span>
          </>
        )}
      </Fact>
      <Fact name="After">
        {after !== null && (
          <>
            {after.jobs.slice(0, SHOWN).map((id) => (
              <span key={id}>
                <Link to={`/jobs/${id}`} class="nowrap">
                  Job {id}
                </Link>{" "}
              </span>
            ))}
            <span class="quiet">
              {after.count > SHOWN && `and ${after.count - SHOWN} more, `}
              {WHEN[after.when]}
            </span>
          </>
        )}
      </Fact>
    </>
  );
}

/** How many of the jobs before are named. */
const SHOWN = 10;
