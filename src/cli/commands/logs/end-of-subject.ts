import type { ServerClient } from "../../framework/server-client.ts";
import { readEvents } from "../events/event-stream.ts";

const ENDS = ["completed", "failed", "cancelled"] as const;

/**
 * Returns a function that waits until an execution or a job has ended; undefined if neither is named.
 * @throws {RatchetError} of the server, such as JOB_NOT_FOUND
 */
export async function endOf(
  client: ServerClient,
  { execution, job }: { execution: string | undefined; job: string | undefined },
  signal: AbortSignal,
): Promise<(() => Promise<void>) | undefined> {
  const id = execution ?? job;
  if (id === undefined) return undefined;
  const kind = execution === undefined ? "job" : "execution";
  const types = ENDS.map((end) => `${kind}.${end}`).join(",");
  // First, so that it can't end between the two.
  const stream = await client.listen(`/api/v1/events?${kind}Id=${id}&types=${types}`, signal);
  const { status } = await client.call("GET", `/api/v1/${kind}s/${id}`);
  const hasEnded = ENDS.some((end) => end === status);
  return async () => {
    if (hasEnded) return;
    for await (const { event } of readEvents(stream)) if (event !== "reset") return;
  };
}
