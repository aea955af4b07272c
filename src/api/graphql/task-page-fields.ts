import { RatchetError } from "../../domain/errors.ts";
import { readText } from "../../domain/shared-text.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import type { RecentInput } from "../../service/tasks/recent-inputs.ts";
import { RECENT_INPUT } from "../resources/recent-input.ts";
import type { Builder } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the queries for the README of a task, its graph, and its latest inputs. */
export function addTaskPageFields(builder: Builder, { enums }: ObjectTypes): void {
  const input = builder.objectRef<RecentInput>("RecentInput").implement({
    description: RECENT_INPUT.description,
    fields: (t) => ({
      ...exposedFields(t, enums, RECENT_INPUT, ["input"]),
      input: t.field({
        type: "JSON",
        description: RECENT_INPUT.properties.input.description,
        resolve({ inputJson }, _args, { budget }) {
          const text = readText(inputJson);
          budget.spend(Buffer.byteLength(text));
          return JSON.parse(text) as unknown;
        },
      }),
    }),
  });
  builder.queryFields((t) => ({
    taskReadme: t.field({
      type: "String",
      nullable: true,
      description: "The README of a task, as it was written; null without one.",
      args: { task: t.arg.id(), version: t.arg.string({ required: false }) },
      async resolve(_root, { task, version: wanted }, { services, budget }) {
        try {
          const { text } = await services.tasks.readme(taskReference(task), wanted ?? undefined);
          budget.spend(Buffer.byteLength(text));
          return text;
        } catch (error) {
          if (error instanceof RatchetError && error.code === "README_NOT_FOUND") return null;
          throw error;
        }
      },
    }),
    taskGraph: t.field({
      type: "JSON",
      nullable: true,
      description: "The steps of a workflow, and the edges between them; null for a task whose program is code.",
      args: { task: t.arg.id(), version: t.arg.string({ required: false }) },
      async resolve(_root, { task, version: wanted }, { services, budget }) {
        try {
          const graph = await services.tasks.graph(taskReference(task), wanted ?? undefined);
          budget.spend(JSON.stringify(graph).length);
          return graph;
        } catch (error) {
          if (error instanceof RatchetError && error.code === "WORKFLOW_NOT_FOUND") return null;
          throw error;
        }
      },
    }),
    taskInputs: t.field({
      type: [input],
      description: "The different inputs of a task's latest jobs, newest first.",
      args: { task: t.arg.id(), limit: t.arg.int({ required: false, description: "Maximum number." }) },
      resolve: (_root, { task, limit }, { services }) => services.tasks.inputs(taskReference(task), limit ?? undefined),
    }),
  }));
}
