import type { StatsHistory } from "../../service/stats/stats-history.ts";
import { HISTORY_PERIODS } from "../../store/contract/history.ts";
import { HISTORY_BUCKET, STATS_HISTORY, TASK_HISTORY } from "../resources/history.ts";
import { taskName } from "../resources/task-name.ts";
import type { Builder } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";
import { optionalTask } from "./references.ts";

/** Adds the query for stats over a period. */
export function addHistoryFields(builder: Builder, { enums }: ObjectTypes): void {
  const period = builder.enumType("HistoryPeriod", {
    description: "A stretch of time up to now.",
    values: Object.fromEntries(
      HISTORY_PERIODS.map((name) => [name.toUpperCase(), { value: name, description: `The last ${name}.` }]),
    ),
  });
  const bucket = builder.objectRef<StatsHistory["buckets"][number]>("HistoryBucket").implement({
    description: HISTORY_BUCKET.description,
    fields: (t) => exposedFields(t, enums, HISTORY_BUCKET, []),
  });
  const ofTask = builder.objectRef<StatsHistory["byTask"][number]>("TaskHistory").implement({
    description: TASK_HISTORY.description,
    fields: (t) => ({
      ...exposedFields(t, enums, TASK_HISTORY, ["task"]),
      task: t.field({
        type: "JSON",
        nullable: true,
        description: "Id, uuid and label of the task; null once it is gone from the database.",
        resolve: ({ task }) => (task === undefined ? null : taskName(task)),
      }),
    }),
  });
  const history = builder.objectRef<StatsHistory>("StatsHistory").implement({
    description: STATS_HISTORY.description,
    fields: (t) => ({
      ...exposedFields(t, enums, STATS_HISTORY, ["period", "buckets", "byTask"]),
      period: t.expose("period", { type: period, description: STATS_HISTORY.properties.period.description }),
      buckets: t.expose("buckets", { type: [bucket], description: STATS_HISTORY.properties.buckets.description }),
      byTask: t.expose("byTask", { type: [ofTask], description: STATS_HISTORY.properties.byTask.description }),
    }),
  });
  builder.queryFields((t) => ({
    statsHistory: t.field({
      type: history,
      description: "Stats over the last hour, day or week.",
      args: {
        period: t.arg({ type: period, defaultValue: "hour", description: "The period up to now." }),
        task: t.arg.id({ required: false }),
        taskId: t.arg.int({ required: false }),
      },
      resolve: (_root, { period: name, ...names }, { services }) =>
        services.stats.history(name as StatsHistory["period"], optionalTask(names)),
    }),
  }));
}
