import { useEffect, useRef, useState } from "preact/hooks";
import type { Job } from "../../../dist/generated/api-types.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { WaitSentence } from "./wait-sentence.tsx";

/** Why a job waits. The server is asked when the row comes into view, and again when the queue changes. */
export function WaitReason({ job }: { job: Pick<Job, "id" | "status"> }) {
  const place = useRef<HTMLSpanElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) setSeen(true);
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return (
    <span class="wait-reason" ref={place}>
      {isSeen && <Explanation id={job.id} status={job.status} />}
    </span>
  );
}

function Explanation({ id, status }: Pick<Job, "id" | "status">) {
  const { api } = useApp();
  const { data } = useLoad(
    (signal) => api.call("GET /api/v1/jobs/:id/explain", { params: { id }, signal }),
    [id, status],
    { on: ["queue.*"] },
  );
  if (data === undefined) return null;
  return <WaitSentence {...data} />;
}

/** Whether a job waits for something that the server can name. */
export function isWaiting({ status }: Pick<Job, "status">): boolean {
  return status === "queued" || status === "retrying" || status === "sleeping";
}
