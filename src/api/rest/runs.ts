import type { Clock } from "../../lib/clock.ts";
import type { EventFeed } from "../../service/events/event-feed.ts";
import type { ItemNews, StreamItem } from "../../service/runs/item-reader.ts";
import { USUAL_OPERATIONS } from "../../service/runs/read-journal.ts";
import type { Services } from "../../service/services.ts";
import { MAX_PAGE_SIZE } from "../../store/contract/page.ts";
import { compressedJson } from "../http/compressed-json.ts";
import { readLastId, streamOf } from "../http/event-stream.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { operationView } from "../resources/run.ts";
import { ID_PARAMETER } from "./list-query.ts";

const ONE = { method: "GET", access: "read", tag: "executions", params: ID_PARAMETER } as const;

const LIST_OPERATIONS = {
  ...ONE,
  path: "/api/v1/executions/:id/operations",
  id: "listOperations",
  summary: "List the operations of a run, in order",
  description:
    "Returns the journal of the execution: each call of a durable method with its result. It is empty for an execution that has called none.",
  query: {
    type: "object",
    properties: {
      limit: {
        type: "integer",
        minimum: 1,
        maximum: MAX_PAGE_SIZE,
        default: USUAL_OPERATIONS,
        description: "Maximum number of operations.",
      },
      cursor: { type: "string", pattern: "^\\d{1,15}$", description: "nextCursor of the previous page." },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "OperationPage" } },
  problems: [404],
} as const;

const EXAMPLE = `id: 0
event: item
data: {"row":1}

id: 1
event: item
data: {"row":2}

event: end
data: {"status":"completed"}

`;

const FOLLOW_STREAM = {
  ...ONE,
  path: "/api/v1/executions/:id/stream",
  id: "followStream",
  summary: "Follow what a run writes to its stream, as server-sent events",
  description:
    "Sends each item as an event `item`, whose id is the number of the item, and `end` with the status once the execution has ended. Send Last-Event-ID to receive the items after that one. The stream is kept as long as the execution.",
  query: {
    type: "object",
    properties: {
      lastEventId: {
        type: "integer",
        minimum: 0,
        description: "Same as the header Last-Event-ID, for clients that can't send it: the number of an item.",
      },
    },
    additionalProperties: false,
  },
  responses: {
    200: { description: "A stream that ends with the execution.", contentType: "text/event-stream", example: EXAMPLE },
  },
  problems: [404, 503],
} as const;

/** What the routes of runs need besides the services. */
interface StreamParts {
  feed: EventFeed;
  clock: Pick<Clock, "after">;
}

/** Routes that read the journals and the streams of runs. */
export function runRoutes({ runs }: Pick<Services, "runs">, { feed, clock }: StreamParts): Route[] {
  return [
    defineRoute({
      ...LIST_OPERATIONS,
      async handle({ params: { id }, query: { limit, cursor }, request }) {
        const after = cursor === undefined ? undefined : Number(cursor);
        const { items, next } = await runs.operations(id, limit, after);
        const nextCursor = next === null ? null : String(next);
        return compressedJson({ items: items.map(operationView), nextCursor }, request);
      },
    }),
    defineRoute({
      ...FOLLOW_STREAM,
      async handle({ params: { id }, query: { lastEventId }, request, signal }) {
        const after = readLastId(request.headers.get("last-event-id")) ?? lastEventId;
        return streamOf(await runs.follow({ executionId: id, after, feed, clock }), signal, frameOf);
      },
    }),
  ];
}

function frameOf(news: ItemNews): string {
  switch (news.kind) {
    case "items":
      return news.items.map(itemFrame).join("");
    case "quiet":
      return ": quiet\n\n";
    case "end":
      return `event: end\ndata: ${JSON.stringify({ status: news.status })}\n\n`;
  }
}

function itemFrame({ item, text }: StreamItem): string {
  // JSON may have line feeds between its parts.
  return `id: ${item}\nevent: item\n${text.replace(/^/gm, "data: ")}\n\n`;
}
