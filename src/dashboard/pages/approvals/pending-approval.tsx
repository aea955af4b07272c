import type { Approval } from "../../../../dist/generated/api-types.ts";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { Fact, Facts } from "../../detail/facts.tsx";
import { Link } from "../../routing/link.tsx";
import { DecisionForm } from "./decision-form.tsx";

const THEN: Readonly<Record<Approval["onTimeout"], string>> = {
  reject: "then it is rejected",
  approve: "then it is approved",
  fail: "then the wait fails",
};

/** A question that nobody has answered yet, with the form for the answer. */
export function PendingApproval({ approval, onDecided }: { approval: Approval; onDecided: () => void }) {
  const { title, number, task, jobId, executionId, createdAt, who, dueAt, onTimeout, mayDecide } = approval;
  return (
    // Several runs may ask the same.
    <section class="panel approval" aria-label={`${title} (execution ${executionId}, operation ${number})`}>
      <h2>{title}</h2>
      <Facts>
        <Fact name="Task">
          <TaskLink task={task} />
        </Fact>
        <Fact name="Run">
          <Link to={`/executions/${executionId}`} class="nowrap">
            Execution {executionId}
          </Link>{" "}
          <span class="quiet">
            of{" "}
            <Link to={`/jobs/${jobId}`} class="nowrap">
              job {jobId}
            </Link>
          </span>
        </Fact>
        <Fact name="Asked">
          <Time at={createdAt} />
        </Fact>
        <Fact name="Who may decide">{who === null ? "operators" : who.join(", ")}</Fact>
        <Fact name="Until">
          {dueAt !== null && (
            <>
              <Time at={dueAt} exact />
              <span class="quiet">, {THEN[onTimeout]}</span>
            </>
          )}
        </Fact>
      </Facts>
      {mayDecide ? (
        <DecisionForm approval={approval} onDecided={onDecided} />
      ) : (
        <p class="quiet">You may not decide about it.</p>
      )}
    </section>
  );
}
