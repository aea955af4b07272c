import { DEFAULT_ENGINE } from "../domain/engines.ts";
import type { JsonValue } from "../domain/json.ts";
import { RawJson } from "../domain/raw-json.ts";
import { DEFAULT_BACKOFF } from "../execution/retry-decision.ts";
import { defined } from "../lib/defined.ts";
import type { DirectRunner } from "../queue/direct.ts";
import type { OpenDirectRun } from "../queue/direct-run.ts";
import type { RunHosts } from "../queue/run-host.ts";
import { engineDigest, engineRecord } from "../sandbox/engine-record.ts";
import { createJobPreparation } from "../service/jobs/prepare-job.ts";
import { findTask } from "../service/tasks/find-task.ts";
import { createDirectRuns } from "../workflow/direct-runs.ts";
import { createEngineKeeper, type OwnEngine } from "../workflow/engine-keeper.ts";
import type { PrepareChild } from "../workflow/run-host-options.ts";
import { createRunHosts } from "../workflow/run-hosts.ts";
import { createRunProtection } from "../workflow/run-protection.ts";
import { createStreamNews } from "../workflow/stream-news.ts";
import type { Base } from "./foundation.ts";

const OWN_ENGINE: OwnEngine = {
  digest: () => engineDigest(DEFAULT_ENGINE),
  record: async () => (await engineRecord(DEFAULT_ENGINE))?.record,
};

/** Creates what carries out the durable operations of jobs. */
export function buildRunHosts(base: Base): RunHosts {
  const { store, clock, vault, checks, options, measurements, onError } = base;
  const labels = new Map<number, string>();
  const keepVersion = versionKeeping(base);
  const streams = createStreamNews();
  store.events.subscribe(streams.react);
  return createRunHosts({
    runs: store.runs,
    streams,
    checks: options.config["execution.validate_schemas"] ? checks : undefined,
    clock,
    protection: createRunProtection(vault),
    engines: createEngineKeeper(store.runs, OWN_ENGINE),
    childPreparation: childPreparation(base),
    keepVersion,
    async labelOf(taskId) {
      const label = labels.get(taskId) ?? (await store.tasks.get(taskId))?.label ?? `task ${taskId}`;
      labels.set(taskId, label);
      return label;
    },
    sleepAfterMs: options.config["execution.sleep_after"],
    onMeasured: measurements.run,
    onError,
  });
}

/** The files of a version are read once for all runs that begin with it at a time. */
function versionKeeping({ store, registry, onError }: Base): (taskId: number, version: string) => Promise<void> {
  const uuids = new Map<number, string>();
  const underWay = new Map<string, Promise<void>>();
  async function keep(taskId: number, version: string): Promise<void> {
    try {
      const uuid = uuids.get(taskId) ?? (await store.tasks.get(taskId))?.uuid;
      if (uuid === undefined) return;
      uuids.set(taskId, uuid);
      await registry.keep(uuid, version);
    } catch (error) {
      onError(error);
    }
  }
  return (taskId, version) => {
    const key = `${taskId}@${version}`;
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const work = keep(taskId, version).finally(() => underWay.delete(key));
    underWay.set(key, work);
    return work;
  };
}

/** Creates what carries out the durable operations of direct executions. @param run runs their children */
export function buildDirectRuns(base: Base, run: DirectRunner["run"]): OpenDirectRun {
  const { store, clock, vault, options, measurements, onError } = base;
  const protection = createRunProtection(vault);
  const { config } = options;
  return createDirectRuns({
    clock,
    childPreparation: childPreparation(base),
    labelOf: async (task) => (await findTask(store.tasks, task)).label,
    run,
    async emit({ executionId, taskId, name, json }) {
      const text = await protection.protect(`{"name":${JSON.stringify(name)},"value":${json}}`);
      await store.executions.emit(executionId, taskId, JSON.parse(text) as JsonValue);
    },
    onError,
    onMeasured: measurements.run,
    retry: { maxRetries: config["queue.max_retries"], backoff: DEFAULT_BACKOFF },
  });
}

/** Children are checked like the jobs that clients request. */
function childPreparation({ store, registry, checks, vault, options: { config } }: Base): () => PrepareChild {
  const preparation = {
    store,
    registry,
    checks,
    vault,
    maxInputBytes: config["queue.max_input_size"],
    validateInputs: config["execution.validate_schemas"],
  };
  return () => {
    const prepare = createJobPreparation(preparation);
    return async ({ task, version, input, isStream = false }) => {
      const prepared = await prepare({ task, input: new RawJson(input), ...defined({ version }) }, "", {
        isStream,
      });
      const { job, task: record, hasRetryPolicy, takesStream } = prepared;
      return { job, label: record.label, hasRetryPolicy, takesStream };
    };
  };
}
