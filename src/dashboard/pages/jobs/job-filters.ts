import type { QueryOf } from "../../api/client.ts";
import { defineOptions, queryFrom } from "../../api/list-query.ts";
import type { Filter } from "../../components/filter-bar.tsx";

/** The filters of the list of jobs that always have fields, with the names of REST. */
const JOB_FILTERS: readonly Filter[] = [
  {
    kind: "select",
    name: "status",
    label: "Status",
    options: defineOptions([
      "queued",
      "processing",
      "retrying",
      "sleeping",
      "paused",
      "needs_attention",
      "completed",
      "failed",
      "cancelled",
    ]),
  },
  { kind: "text", name: "task", label: "Task", placeholder: "label" },
  {
    kind: "select",
    name: "priority",
    label: "Priority",
    options: defineOptions(["low", "normal", "high", "critical"]),
  },
  { kind: "text", name: "tag", label: "Tag" },
  { kind: "text", name: "errorCode", label: "Error code", placeholder: "TASK_FAILED" },
];

/** Filters that links set. They have fields while they apply. */
const LINKED_FILTERS: readonly Filter[] = [
  { kind: "text", name: "version", label: "Version" },
  { kind: "text", name: "parentExecutionId", label: "Called by execution", placeholder: "number" },
];

/** The filters that the page shows. */
export function shownFilters(query: URLSearchParams): readonly Filter[] {
  return [...JOB_FILTERS, ...LINKED_FILTERS.filter(({ name }) => query.has(name))];
}

/** The query parameters of the page that REST takes, also those without a field, such as `scheduleId`. */
export function jobQuery(query: URLSearchParams): QueryOf<"GET /api/v1/jobs"> {
  return queryFrom<"GET /api/v1/jobs">(query, [
    "status",
    "task",
    "priority",
    "tag",
    "errorCode",
    "scheduleId",
    "version",
    "parentExecutionId",
    "idempotencyKey",
    "uniqueKey",
    "correlationKey",
    "concurrencyKey",
    "createdFrom",
    "createdTo",
    "order",
  ]);
}
