import type { DurableRequest, RecordedOperation } from "../../../../domain/durable.ts";
import { Stop } from "../../../engine/stop.ts";

/** The reason to end a strict run that goes another way than what is recorded. @param asked undefined if it has ended */
export function mismatch({ number, request }: RecordedOperation, asked?: DurableRequest): Stop {
  const told = asked === undefined ? "it ended before that" : `it asked for ${describe(asked)}`;
  const message = `operation ${number} of the run is recorded as ${describe(request)}, but ${told}`;
  return new Stop("JOURNAL_MISMATCH", message, { data: { number } });
}

function describe(request: DurableRequest): string {
  return `${request.kind} ${JSON.stringify(subjectOf(request))}`;
}

function subjectOf(request: DurableRequest): string {
  if ("task" in request) return request.task;
  if ("title" in request) return request.title;
  return "until" in request ? new Date(request.until).toISOString() : request.name;
}
