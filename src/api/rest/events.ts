import { RatchetError } from "../../domain/errors.ts";
import { EVENT_TYPES, type RatchetEvent } from "../../domain/events.ts";
import { defined } from "../../lib/defined.ts";
import { nearest } from "../../lib/nearest.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { EventFeed } from "../../service/events/event-feed.ts";
import type { FeedItem } from "../../service/events/feed-reader.ts";
import { readLastId, streamOf } from "../http/event-stream.ts";
import { defineRoute, type Route } from "../http/route.ts";

const EXAMPLE = `id: 42
event: job.completed
data: {"id":42,"time":"2026-11-23T08:00:00.012Z","type":"job.completed","taskId":1,"jobId":17,"executionId":23,"scheduleId":null,"scheduledAt":null,"data":null}

`;

const ID = { type: "integer", minimum: 1 } as const;

const LISTEN_TO_EVENTS = {
  method: "GET",
  path: "/api/v1/events",
  access: "read",
  id: "listenToEvents",
  tag: "events",
  summary: "Listen to live events, as server-sent events",
  description:
    "Send Last-Event-ID to receive the events since then. An event `reset` means that some of them are no longer kept.",
  query: {
    type: "object",
    properties: {
      types: {
        type: "array",
        items: { type: "string" },
        description: `Types separated by commas, or job.* for all of a kind: ${EVENT_TYPES.join(", ")}.`,
      },
      jobId: { ...ID, description: "Only events of this job." },
      taskId: { ...ID, description: "Only events of this task." },
      scheduleId: { ...ID, description: "Only events of this schedule." },
      executionId: { ...ID, description: "Only events of this execution." },
      lastEventId: {
        type: "integer",
        minimum: 0,
        description: "Same as the header Last-Event-ID, for clients that can't send it.",
      },
    },
    additionalProperties: false,
  },
  responses: {
    200: { description: "An endless stream.", contentType: "text/event-stream", example: EXAMPLE },
  },
  problems: [503],
} as const;

/** The route of live events: server-sent events (HTML standard, section 9.2). */
export function eventRoutes(feed: EventFeed): Route[] {
  return [
    defineRoute({
      ...LISTEN_TO_EVENTS,
      async handle({ request, query, signal }) {
        const after = readLastId(request.headers.get("last-event-id")) ?? query.lastEventId;
        const matches = matcherOf(query);
        const reader = await feed.read({ matches, ...defined({ after }) });
        return streamOf(reader, signal, frameOf);
      },
    }),
  ];
}

interface EventQuery {
  types?: readonly string[];
  jobId?: number;
  taskId?: number;
  scheduleId?: number;
  executionId?: number;
}

function matcherOf({ types, jobId, taskId, scheduleId, executionId }: EventQuery): (event: RatchetEvent) => boolean {
  const wanted = types === undefined ? undefined : new Set(types.flatMap(typesLike));
  return (event) =>
    (wanted === undefined || wanted.has(event.type)) &&
    (jobId === undefined || event.jobId === jobId) &&
    (taskId === undefined || event.taskId === taskId) &&
    (scheduleId === undefined || event.scheduleId === scheduleId) &&
    (executionId === undefined || event.executionId === executionId);
}

function typesLike(pattern: string): string[] {
  const found = EVENT_TYPES.filter((type) =>
    pattern.endsWith(".*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern,
  );
  if (found.length > 0) return found;
  const near = nearest(pattern, EVENT_TYPES);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  throw new RatchetError("USAGE", `There are no events of type ${JSON.stringify(pattern.slice(0, 100))}.${hint}`, {
    remedy: `Use one of ${EVENT_TYPES.join(", ")}, or a kind such as job.*.`,
  });
}

function frameOf(item: FeedItem): string {
  switch (item.kind) {
    case "events":
      return item.events.map(eventFrame).join("");
    case "quiet":
      // The client remembers an id without data, but dispatches nothing.
      return `: quiet\nid: ${item.lastId}\n\n`;
    case "gap":
      return `event: reset\nid: ${item.lastId}\ndata: {"message":"Events before this one are no longer kept."}\n\n`;
  }
}

function eventFrame(event: RatchetEvent): string {
  const data = JSON.stringify({
    ...event,
    time: timeText(event.time),
    scheduledAt: timeTextOrNull(event.scheduledAt),
  });
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${data}\n\n`;
}
