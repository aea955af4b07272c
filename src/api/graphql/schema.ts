import type { GraphQLSchema } from "graphql";
import { createBuilder } from "./builder.ts";
import { addBulkMutation } from "./bulk-mutation.ts";
import { describeSchema } from "./describe-schema.ts";
import { addExecutionQueries } from "./execution-queries.ts";
import { addFiringFields } from "./firing-fields.ts";
import { addJobDeletions } from "./job-deletions.ts";
import { addJobMutations } from "./job-mutations.ts";
import { addJobQueries } from "./job-queries.ts";
import { addObjectTypes } from "./object-types.ts";
import { addPagination } from "./pagination.ts";
import { addQueueFields } from "./queue-fields.ts";
import { addScheduleActions } from "./schedule-actions.ts";
import { addScheduleMutations } from "./schedule-mutations.ts";
import { addScheduleQueries } from "./schedule-queries.ts";
import { addSecretFields } from "./secret-fields.ts";
import { addSourceFields } from "./source-fields.ts";
import { addStatsQueries } from "./stats-queries.ts";
import { addSubscriptions } from "./subscriptions.ts";
import { addTaskDetails } from "./task-details.ts";
import { addTaskMutations } from "./task-mutations.ts";
import { addTaskQueries } from "./task-queries.ts";

/** Creates the schema. The compiler checks its types against those of the code. */
export function createSchema(): GraphQLSchema {
  const builder = createBuilder();
  const types = addObjectTypes(builder);
  builder.queryType({});
  builder.mutationType({});
  const pagination = addPagination(builder);
  addTaskQueries(builder, types, pagination);
  addTaskDetails(builder, types);
  addJobQueries(builder, types, pagination);
  addExecutionQueries(builder, types, pagination);
  addScheduleQueries(builder, types, pagination);
  addStatsQueries(builder, types);
  addJobMutations(builder, types);
  addBulkMutation(builder, types);
  addTaskMutations(builder, types);
  addFiringFields(builder, types);
  addQueueFields(builder, types);
  addSourceFields(builder, types);
  addSecretFields(builder, types);
  addScheduleMutations(builder, types);
  addScheduleActions(builder, types);
  addSubscriptions(builder, types);
  addJobDeletions(builder, types);
  return describeSchema(builder.toSchema());
}
