import { RatchetError } from "../../domain/errors.ts";
import type { NextFiring, ScheduleFiring } from "../../domain/schedule.ts";
import { given } from "../../lib/defined.ts";
import { MAX_PAGE_SIZE } from "../../store/contract/page.ts";
import type { FiringPlace } from "../../store/contract/schedules.ts";
import { FIRING, NEXT_FIRING } from "../resources/schedule.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

import { scheduleArguments, scheduleNamed } from "./references.ts";

/** Adds the queries and mutations about the firings of schedules. */
export function addFiringFields(builder: Builder, { enums }: ObjectTypes): void {
  const { firing, nextFiring } = addFiringTypes(builder, enums);
  builder.queryFields((t) => ({
    scheduleFirings: t.field({
      type: [firing],
      description: "Past firings of a schedule and their results, latest first.",
      args: {
        ...scheduleArguments(t),
        limit: t.arg.int({ required: false, defaultValue: 50, description: `1 to ${MAX_PAGE_SIZE}.` }),
        after: t.arg.string({ required: false, description: "cursor of the last firing that you saw." }),
      },
      async resolve(_root, { id, name, limit, after }, { services }) {
        const place = after == null ? undefined : placeOf(after);
        return (await services.schedules.firings(scheduleNamed({ id, name }), limit ?? undefined, place)).items;
      },
    }),
    nextFirings: t.field({
      type: [nextFiring],
      description: "The next firings of a schedule by its plan.",
      args: {
        ...scheduleArguments(t),
        count: t.arg.int({ required: false, defaultValue: 20, description: `1 to ${MAX_PAGE_SIZE}.` }),
      },
      resolve: (_root, { id, name, count }, { services }) =>
        services.schedules.next(scheduleNamed({ id, name }), count ?? undefined),
    }),
    previewSchedule: t.field({
      type: [nextFiring],
      description: "The next firings of a plan that is not stored.",
      args: {
        cron: t.arg.string({ required: false }),
        timezone: t.arg.string({ required: false }),
        every: t.arg.string({ required: false }),
        at: t.arg({ type: "DateTime", required: false }),
        startAt: t.arg({ type: "DateTime", required: false }),
        endAt: t.arg({ type: "DateTime", required: false }),
        count: t.arg.int({ required: false, defaultValue: 20, description: `1 to ${MAX_PAGE_SIZE}.` }),
      },
      resolve: (_root, plan, { services }) => services.schedules.preview(given(plan), ""),
    }),
  }));
  builder.mutationFields((t) => ({
    backfillSchedule: t.field({
      type: [firing],
      description: "Creates the jobs of a schedule's firings in a past range.",
      args: {
        ...scheduleArguments(t),
        from: t.arg({ type: "DateTime" }),
        to: t.arg({ type: "DateTime" }),
        overlap: t.arg({ type: enums.overlapPolicy, required: false }),
        dryRun: t.arg.boolean({ required: false }),
      },
      resolve: (_root, { id, name, from, to, overlap, dryRun }, { services }) =>
        services.schedules.backfill(scheduleNamed({ id, name }), { from, to, ...given({ overlap, dryRun }) }, ""),
    }),
  }));
}

function addFiringTypes(builder: Builder, enums: Enums) {
  const firing = builder.objectRef<ScheduleFiring>("Firing").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, FIRING, []),
      cursor: t.string({ resolve: ({ fireAt, kind }) => `${fireAt}.${kind}` }),
    }),
  });
  const nextFiring = builder.objectRef<NextFiring>("NextFiring").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, NEXT_FIRING, ["note"]),
      note: t.string({ nullable: true, resolve: ({ note }) => note ?? null }),
    }),
  });
  return { firing, nextFiring };
}

function placeOf(cursor: string): FiringPlace {
  const match = /^(\d{1,16})\.(manual|planned)$/.exec(cursor);
  if (match !== null) return { fireAt: Number(match[1]), kind: match[2] === "manual" ? "manual" : "planned" };
  throw new RatchetError("USAGE", "after is not the cursor of a firing.", {
    data: { violations: [{ pointer: "/after", message: "must be the cursor of a firing" }] },
    remedy: "Use the cursor of the last firing that you saw.",
  });
}
