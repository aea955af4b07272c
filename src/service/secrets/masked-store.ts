import type { AuditDraft } from "../../domain/audit.ts";
import type { NewJob } from "../../domain/job.ts";
import type { NewSchedule, SchedulePatch } from "../../domain/schedule.ts";
import type { Vault } from "../../secrets/vault.ts";
import type { AuditFilter } from "../../store/contract/audit.ts";
import type { LimitScope } from "../../store/contract/control.ts";
import type { JobFilter } from "../../store/contract/jobs.ts";
import type { Store } from "../../store/contract/store.ts";
import { checkIdentifiers } from "./checked-identifiers.ts";
import { keyMasker } from "./key-masker.ts";
import {
  keyOf,
  type Masker,
  type MaskerNow,
  type Maskers,
  NOTHING_SECRET,
  textOf,
  withMasked,
  withMaskedTags,
} from "./masked-members.ts";
import { maskedOperations, maskedRuns } from "./masked-runs.ts";
import { protectedWebhooks } from "./protected-webhooks.ts";

/**
 * Returns a store that masks secrets in the texts that callers choose: keys, tags, names, notes, and what the audit log says.
 * What is looked for is masked the same way, so it is found, and different texts stay different. Inputs and outputs are not touched here: whoever runs a task puts
 * stand-ins into inputs, and masks the rest.
 */
export function withMaskedTexts(store: Store, vault: Pick<Vault, "latest">): Store {
  const masker = async (): Promise<Masker> => (await vault.latest())?.masker ?? NOTHING_SECRET;
  const keys = async (): Promise<Masker> => {
    const known = await vault.latest();
    return known === undefined ? NOTHING_SECRET : keyMasker(known);
  };
  const { webhooks, ...checked } = checkIdentifiers(store, masker);
  return {
    ...store,
    ...checked,
    webhooks: protectedWebhooks(webhooks, { latest: () => vault.latest(), masker, keys }),
    jobs: maskedOperations(maskedJobs(store.jobs, keys), { masker, keys }),
    runs: maskedRuns(store.runs, { masker, keys }),
    schedules: maskedSchedules(store.schedules, { masker, keys }),
    control: maskedControl(store.control, { masker, keys }),
    audit: maskedAudit(store.audit, masker),
  };
}

function maskedJobs(jobs: Store["jobs"], keys: MaskerNow): Store["jobs"] {
  const masked = async (filter: JobFilter) => withMasked(filter, MASKED_IN_FILTERS, await keys());
  return {
    ...jobs,
    async enqueue(requested) {
      const by = await keys();
      return jobs.enqueue(by === NOTHING_SECRET ? requested : requested.map((job) => maskedJob(job, by)));
    },
    byIdempotencyKey: async (key) => jobs.byIdempotencyKey(keyOf(key, await keys())),
    list: async (filter, page) => jobs.list(await masked(filter), page),
    count: async (filter) => jobs.count(await masked(filter)),
    cancelMany: async (filter, step) => jobs.cancelMany(await masked(filter), step),
    retryMany: async (filter, step) => jobs.retryMany(await masked(filter), step),
  };
}

const MASKED_KEYS = ["idempotencyKey", "uniqueKey", "concurrencyKey", "correlationKey"] as const;
const MASKED_IN_FILTERS = [...MASKED_KEYS, "tag"] as const;

function maskedJob(job: NewJob, masker: Masker): NewJob {
  return withMaskedTags(withMasked(job, MASKED_KEYS, masker), masker);
}

function maskedSchedules(schedules: Store["schedules"], { masker, keys }: Maskers): Store["schedules"] {
  return {
    ...schedules,
    create: async (schedule, plan) => schedules.create(maskedSchedule(schedule, await keys()), plan),
    getByName: async (name) => schedules.getByName(keyOf(name, await keys())),
    update: async (id, patch, plan, reason) =>
      schedules.update(id, maskedSchedule(patch, await keys()), plan, textOf(reason, await masker())),
  };
}

function maskedSchedule<S extends NewSchedule | SchedulePatch>(schedule: S, masker: Masker): S {
  return withMaskedTags(withMasked(schedule, ["name", "concurrencyKey"], masker), masker);
}

function maskedControl(control: Store["control"], { masker, keys }: Maskers): Store["control"] {
  return {
    ...control,
    pause: async (scope, note) => control.pause(scope, textOf(note, await masker())),
    setLimits: async (scope, limits) => control.setLimits(maskedScope(scope, await keys()), limits),
  };
}

function maskedScope(scope: LimitScope, masker: Masker): LimitScope {
  return typeof scope === "object" && "key" in scope ? { key: keyOf(scope.key, masker) } : scope;
}

function maskedAudit(audit: Store["audit"], masker: MaskerNow): Store["audit"] {
  const masked = async (draft: AuditDraft): Promise<AuditDraft> =>
    withMasked(draft, ["actor", "target"], await masker());
  return {
    ...audit,
    during: async (draft, work) => audit.during(maskedWhenStored(draft, await masker()), work),
    append: async (draft, outcome, count) => audit.append(await masked(draft), outcome, count),
    async list(filter, page) {
      const looked: AuditFilter = withMasked(filter, ["actor", "target"], await masker());
      return audit.list(looked, page);
    },
  };
}

/** The work may complete the entry before it is stored, for example with a target that only the body of the request names. */
function maskedWhenStored(draft: AuditDraft, masker: Masker): AuditDraft {
  return {
    ...draft,
    get actor() {
      return keyOf(draft.actor, masker);
    },
    get target() {
      return draft.target === null ? null : keyOf(draft.target, masker);
    },
  };
}
