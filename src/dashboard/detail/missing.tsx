import type { Problem } from "../api/problem.ts";
import { ErrorBox } from "../components/error-box.tsx";
import { Page } from "../components/page.tsx";
import { Link } from "../routing/link.tsx";

/** What {@link Missing} takes. */
export interface MissingProps {
  /** What was asked for, such as "Job 17". */
  name: string;
  problem: Problem;
  /** The list that such things are in. */
  list: { to: string; name: string };
  /** Why it may be gone. @default what holds for jobs and executions */
  reason?: string;
}

const RETENTION = "It may have been deleted: finished jobs and their executions are kept for a limited time.";

/** Says that something was not found, or why it can't be shown. */
export function Missing({ name, problem, list, reason = RETENTION }: MissingProps) {
  // An id that is no number is refused as such, which means the same to the reader.
  const isMissing = problem.status === 404 || problem.status === 400 || problem.status === 422;
  if (!isMissing) {
    return (
      <Page title={name}>
        <ErrorBox problem={problem} />
      </Page>
    );
  }
  return (
    <Page title={`${name} was not found`}>
      <p>
        {name} was not found. {reason}
      </p>
      <p>
        <Link to={list.to}>{list.name}</Link>
      </p>
    </Page>
  );
}
