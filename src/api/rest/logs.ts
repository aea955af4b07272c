import { LOG_LEVELS } from "../../domain/execution.ts";
import { type Caller, roleIncludes } from "../../domain/principal.ts";
import { defined } from "../../lib/defined.ts";
import type { FeedItem } from "../../service/events/feed-reader.ts";
import { type LogFeed, lineMatcher } from "../../service/logs/log-feed.ts";
import { LONGEST_TEXT, type LogConditions, USUAL_LINES } from "../../service/logs/log-service.ts";
import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import type { LogLine } from "../../store/contract/logs.ts";
import { readLastId, streamOf } from "../http/event-stream.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { logItemView } from "../resources/log-item.ts";
import { LIST_PARAMETERS } from "./list-query.ts";

const ID = { type: "integer", minimum: 1 } as const;

const CONDITIONS = {
  task: { type: "string", description: "Only lines that concern this task: its label, uuid or id." },
  job: { ...ID, description: "Only lines of this job: of all its attempts, and messages about it." },
  execution: { ...ID, description: "Only lines of this execution, and messages about it." },
  level: { type: "string", enum: LOG_LEVELS, description: "Only lines of this level and the ones above." },
  since: {
    type: "string",
    description:
      "Only lines written at this time or later: how long ago, such as 1h, ISO 8601 with a zone, or ms since 1970.",
  },
  grep: {
    type: "string",
    maxLength: LONGEST_TEXT,
    description: "Only lines that contain this text, with the same case. It is no pattern.",
  },
} as const;

const WHO_SEES =
  "Callers who are limited to some tasks get the lines of these. Messages of the server that concern no task are for admins.";

const LIST_LOGS = {
  method: "GET",
  path: "/api/v1/logs",
  access: "read",
  id: "listLogs",
  tag: "logs",
  summary: "List what tasks and the server say",
  description: `Returns the lines of tasks' consoles and the server's messages that match all filters, newest first. Where few of many lines match, a page may have fewer than \`limit\` lines, or none, and still a nextCursor: the next page continues the search. ${WHO_SEES}`,
  query: {
    type: "object",
    properties: {
      ...CONDITIONS,
      ...LIST_PARAMETERS,
      limit: { ...LIST_PARAMETERS.limit, default: USUAL_LINES, description: "Maximum number of lines on the page." },
      order: {
        ...LIST_PARAMETERS.order,
        description: "Direction of the list: newest lines first, or with asc the oldest.",
      },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "LogItemPage" } },
  problems: [404],
} as const;

const EXAMPLE = `id: 1204
event: lines
data: {"items":[{"id":"1204","time":"2026-11-23T08:00:00.004Z","level":"info","message":"adding","task":"addition","jobId":17,"executionId":23,"traceId":null}]}

`;

const FOLLOW_LOGS = {
  method: "GET",
  path: "/api/v1/logs/stream",
  access: "read",
  id: "followLogs",
  tag: "logs",
  summary: "Follow what tasks and the server say, as server-sent events",
  description: `Sends new lines that match all filters as events \`lines\`, each with a batch in ascending order. Send Last-Event-ID to receive the lines since then. An event \`reset\` means that some of them are no longer kept. ${WHO_SEES}`,
  query: {
    type: "object",
    properties: {
      ...CONDITIONS,
      lastEventId: {
        type: "integer",
        minimum: 0,
        description: "Same as the header Last-Event-ID, for clients that can't send it: the id of a line.",
      },
    },
    additionalProperties: false,
  },
  responses: {
    200: { description: "An endless stream.", contentType: "text/event-stream", example: EXAMPLE },
  },
  problems: [404, 503],
} as const;

/** Routes of the log. */
export function logRoutes({ logs }: Pick<Services, "logs">, feed: LogFeed): Route[] {
  return [
    defineRoute({
      ...LIST_LOGS,
      async handle({ query: { limit, cursor, order, ...query }, caller }) {
        const request = { conditions: conditionsOf(query), limit, cursor, order, isAdmin: isAdmin(caller) };
        const { items, nextCursor } = await logs.list(request, "");
        return json({ items: items.map(logItemView), nextCursor });
      },
    }),
    defineRoute({
      ...FOLLOW_LOGS,
      async handle({ request, query: { lastEventId, ...query }, caller, signal }) {
        const after = readLastId(request.headers.get("last-event-id")) ?? lastEventId;
        const filter = await logs.filterOf({ conditions: conditionsOf(query), isAdmin: isAdmin(caller) }, "");
        const reader = await feed.read({ matches: lineMatcher(filter), ...defined({ after }) });
        return streamOf(reader, signal, frameOf);
      },
    }),
  ];
}

function conditionsOf({ task, ...rest }: LogConditions & { task?: string }): LogConditions {
  return { ...rest, ...defined({ task: task === undefined ? undefined : taskReference(task) }) };
}

/** Returns true if a caller may see messages that concern no task. */
export function isAdmin({ principal }: Caller): boolean {
  return principal !== undefined && roleIncludes(principal.role, "admin");
}

function frameOf(item: FeedItem<LogLine>): string {
  switch (item.kind) {
    case "events": {
      const items = item.events.toSorted((a, b) => a.time - b.time || a.id - b.id).map(logItemView);
      return `id: ${item.lastId}\nevent: lines\ndata: ${JSON.stringify({ items })}\n\n`;
    }
    case "quiet":
      return `: quiet\nid: ${item.lastId}\n\n`;
    case "gap":
      return `event: reset\nid: ${item.lastId}\ndata: {"message":"Lines before this one are no longer kept."}\n\n`;
  }
}
