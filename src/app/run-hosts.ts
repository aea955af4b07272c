import { RawJson } from "../domain/raw-json.ts";
import { defined } from "../lib/defined.ts";
import type { RunHosts } from "../queue/run-host.ts";
import { createJobPreparation } from "../service/jobs/prepare-job.ts";
import { createRunHosts } from "../workflow/run-hosts.ts";
import { createRunProtection } from "../workflow/run-protection.ts";
import type { Base } from "./foundation.ts";

/** Creates what carries out the durable operations of jobs. */
export function buildRunHosts(base: Base): RunHosts {
  const { store, clock, vault, registry, checks, options, onError } = base;
  const { config } = options;
  const labels = new Map<number, string>();
  const preparation = {
    store,
    registry,
    checks,
    vault,
    maxInputBytes: config["queue.max_input_size"],
    validateInputs: config["execution.validate_schemas"],
  };
  return createRunHosts({
    runs: store.runs,
    clock,
    protection: createRunProtection(vault),
    childPreparation() {
      const prepare = createJobPreparation(preparation);
      return async ({ task, version, input }) => {
        const prepared = await prepare({ task, input: new RawJson(input), ...defined({ version }) }, "");
        return { job: prepared.job, label: prepared.task.label };
      };
    },
    async labelOf(taskId) {
      const label = labels.get(taskId) ?? (await store.tasks.get(taskId))?.label ?? `task ${taskId}`;
      labels.set(taskId, label);
      return label;
    },
    onError,
  });
}
