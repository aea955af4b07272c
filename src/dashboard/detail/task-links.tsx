import { Fragment } from "preact";
import { Link } from "../routing/link.tsx";

/** Labels of tasks as links to their pages. */
export function TaskLinks({ labels }: { labels: readonly string[] }) {
  if (labels.length === 0) return <>none</>;
  return (
    <>
      {labels.map((label, index) => (
        <Fragment key={label}>
          {index > 0 && ", "}
          <Link to={`/tasks/${encodeURIComponent(label)}`}>{label}</Link>
        </Fragment>
      ))}
    </>
  );
}
