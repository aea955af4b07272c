import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import { USUAL_INPUTS } from "../../service/tasks/recent-inputs.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { recentInputView } from "../resources/recent-input.ts";
import { VERSION } from "../resources/request-parts.ts";
import { workflowGraphView } from "../resources/workflow-graph.ts";
import { TASK_PARAMETER } from "./list-query.ts";

const ONE = { method: "GET", access: "read", tag: "tasks", params: TASK_PARAMETER } as const;

const GET_README = {
  ...ONE,
  path: "/api/v1/tasks/:task/readme",
  id: "getTaskReadme",
  summary: "Get the README of a task",
  description:
    "Returns README.md, README.txt or README of the task's folder as it was written, in any case of letters.",
  query: {
    type: "object",
    properties: { version: { ...VERSION, description: "Exact version. Default: the newest." } },
    additionalProperties: false,
  },
  problems: [404, 422],
  responses: {
    200: { description: "The README.", contentType: "text/markdown", example: "# Addition\n\nAdds two numbers.\n" },
  },
} as const;

const GET_GRAPH = {
  ...ONE,
  path: "/api/v1/tasks/:task/graph",
  id: "getTaskGraph",
  summary: "Get the graph of a workflow",
  description: "Returns the steps of workflow.yaml, and the edges between those that depend on each other.",
  query: {
    type: "object",
    properties: { version: { ...VERSION, description: "Exact version. Default: the newest." } },
    additionalProperties: false,
  },
  problems: [404, 422],
  responses: { 200: { description: "The graph.", schema: "WorkflowGraph" } },
} as const;

const LIST_INPUTS = {
  ...ONE,
  path: "/api/v1/tasks/:task/inputs",
  id: "listTaskInputs",
  summary: "List the latest inputs of a task",
  description:
    "Returns the different inputs of the task's latest 200 jobs, newest first. Inputs with a secret are left out.",
  query: {
    type: "object",
    properties: {
      limit: { type: "integer", minimum: 1, maximum: 100, default: USUAL_INPUTS, description: "Maximum number." },
    },
    additionalProperties: false,
  },
  problems: [404],
  responses: { 200: { description: "The inputs.", schema: "RecentInputPage" } },
} as const;

/** Routes of what belongs to a task: its README, its graph and its latest inputs. */
export function taskDetailRoutes({ tasks }: Pick<Services, "tasks">): Route[] {
  return [
    defineRoute({
      ...GET_README,
      async handle({ params, query: { version } }) {
        const { text } = await tasks.readme(taskReference(params.task), version);
        return new Response(text, {
          headers: {
            "content-type": "text/markdown; charset=utf-8",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
          },
        });
      },
    }),
    defineRoute({
      ...GET_GRAPH,
      async handle({ params, query: { version } }) {
        return json(workflowGraphView(await tasks.graph(taskReference(params.task), version)));
      },
    }),
    defineRoute({
      ...LIST_INPUTS,
      async handle({ params, query: { limit } }) {
        const inputs = await tasks.inputs(taskReference(params.task), limit);
        return json({ items: inputs.map(recentInputView), nextCursor: null });
      },
    }),
  ];
}
