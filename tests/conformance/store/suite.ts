import { describe } from "bun:test";
import type { Backend } from "./backend.ts";
import { type StoreTest, storeTest } from "./fixture.ts";
import { audit } from "./scenarios/audit.ts";
import { chains } from "./scenarios/chains.ts";
import { changing } from "./scenarios/changing.ts";
import { claiming } from "./scenarios/claiming.ts";
import { completing } from "./scenarios/completing.ts";
import { connections } from "./scenarios/connections.ts";
import { control } from "./scenarios/control.ts";
import { enqueueing } from "./scenarios/enqueueing.ts";
import { events } from "./scenarios/events.ts";
import { executions } from "./scenarios/executions.ts";
import { explaining } from "./scenarios/explaining.ts";
import { firings } from "./scenarios/firings.ts";
import { history } from "./scenarios/history.ts";
import { lanes } from "./scenarios/lanes.ts";
import { leases } from "./scenarios/leases.ts";
import { lists } from "./scenarios/lists.ts";
import { maintenance } from "./scenarios/maintenance.ts";
import { model } from "./scenarios/model.ts";
import { notifications } from "./scenarios/notifications.ts";
import { programs } from "./scenarios/programs.ts";
import { retention } from "./scenarios/retention.ts";
import { runChildren } from "./scenarios/run-children.ts";
import { runControl } from "./scenarios/run-control.ts";
import { runEarly } from "./scenarios/run-early.ts";
import { runJournals } from "./scenarios/run-journals.ts";
import { runSequences } from "./scenarios/run-sequences.ts";
import { runSignals } from "./scenarios/run-signals.ts";
import { runSleep } from "./scenarios/run-sleep.ts";
import { schedules } from "./scenarios/schedules.ts";
import { secrets } from "./scenarios/secrets.ts";
import { stats } from "./scenarios/stats.ts";
import { suspects } from "./scenarios/suspects.ts";
import { tasks } from "./scenarios/tasks.ts";
import { webhooks } from "./scenarios/webhooks.ts";

/** One part of the contract. */
type Scenarios = (test: StoreTest) => void;

/** The whole contract of `src/store/contract`. */
const EVERYTHING: readonly Scenarios[] = [
  enqueueing,
  claiming,
  completing,
  leases,
  suspects,
  lanes,
  control,
  audit,
  changing,
  explaining,
  lists,
  executions,
  events,
  schedules,
  firings,
  tasks,
  programs,
  secrets,
  webhooks,
  notifications,
  retention,
  maintenance,
  stats,
  history,
  runJournals,
  runSleep,
  runChildren,
  runEarly,
  runControl,
  runSignals,
  chains,
  runSequences,
  connections,
  model,
];

/**
 * Defines the tests that every store has to pass. They use nothing but the contract: no SQL and no files. Events may
 * come later than the call that caused them, and ids need not follow the order of commits.
 * @param parts what to test. @default everything
 */
export function storeConformance(backend: Backend, parts: readonly Scenarios[] = EVERYTHING): void {
  describe(`${backend.name} as a store`, () => {
    const test = storeTest(backend);
    for (const part of parts) part(test);
  });
}
