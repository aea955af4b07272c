import { roleIncludes } from "../../domain/principal.ts";
import { given } from "../../lib/defined.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import type { LogLine } from "../../store/contract/logs.ts";
import { MAX_PAGE_SIZE, type Page } from "../../store/contract/page.ts";
import { LOG_ITEM } from "../resources/log-item.ts";
import type { Builder } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the query for the log. */
export function addLogQuery(builder: Builder, { enums }: ObjectTypes): void {
  const item = builder.objectRef<LogLine>("LogItem").implement({
    description: LOG_ITEM.description,
    fields: (t) => ({
      ...exposedFields(t, enums, LOG_ITEM, ["id"]),
      id: t.string({ description: LOG_ITEM.properties.id.description, resolve: ({ id }) => String(id) }),
    }),
  });
  const page = builder.objectRef<Page<LogLine>>("LogItemPage").implement({
    description: "A page of the log.",
    fields: (t) => ({
      items: t.expose("items", { type: [item], description: "The lines." }),
      nextCursor: t.exposeString("nextCursor", {
        nullable: true,
        description: "Passed as cursor, returns the next page; null at the end.",
      }),
    }),
  });
  builder.queryFields((t) => ({
    logs: t.field({
      type: page,
      description:
        "What tasks write to their consoles, and the server's messages, newest first. A page may have fewer lines than its limit, and still a cursor.",
      args: {
        task: t.arg.id({ required: false, description: "Label, uuid or id of a task." }),
        job: t.arg.int({ required: false, description: "Only lines of this job." }),
        execution: t.arg.int({ required: false, description: "Only lines of this execution." }),
        level: t.arg.string({
          required: false,
          description: "debug, info, warn or error: this level and the ones above.",
        }),
        since: t.arg.string({ required: false, description: "How long ago, such as 1h, or a time." }),
        grep: t.arg.string({ required: false, description: "Text that the lines contain, with the same case." }),
        limit: t.arg.int({ required: false, defaultValue: 100, description: `1 to ${MAX_PAGE_SIZE}.` }),
        cursor: t.arg.string({ required: false, description: "nextCursor of the previous page." }),
      },
      async resolve(_root, { limit, cursor, task, ...rest }, { services, budget, caller }) {
        const conditions = given({ ...rest, task: task == null ? null : taskReference(String(task)) });
        const isAdmin = caller.principal !== undefined && roleIncludes(caller.principal.role, "admin");
        const found = await services.logs.list({ conditions, ...given({ limit, cursor }), isAdmin }, "");
        budget.spend(found.items.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0));
        return found;
      },
    }),
  }));
}
