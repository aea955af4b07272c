import type { GraphQLSchema } from "graphql";
import { createBuilder } from "./builder.ts";
import { describeSchema } from "./describe-schema.ts";
import { addObjectTypes } from "./object-types.ts";
import { addFigureQueries, addQueries } from "./queries.ts";
import { addScheduleMutations } from "./schedule-mutations.ts";
import { addSubscriptions } from "./subscriptions.ts";
import { addTaskMutations } from "./task-mutations.ts";

/** The schema; its types are checked against those of the code. */
export function createSchema(): GraphQLSchema {
  const builder = createBuilder();
  const types = addObjectTypes(builder);
  builder.queryType({});
  builder.mutationType({});
  addQueries(builder, types);
  addFigureQueries(builder, types);
  addTaskMutations(builder, types);
  addScheduleMutations(builder, types);
  addSubscriptions(builder, types);
  return describeSchema(builder.toSchema());
}
