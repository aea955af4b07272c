import type { ScheduleStore } from "../contract/schedules.ts";
import type { Sql } from "./connection.ts";
import { listFirings } from "./firing-list.ts";
import { rehearse } from "./rehearse.ts";
import { backfillSchedule, triggerSchedule } from "./schedule-by-hand.ts";
import { fireDue } from "./schedule-fire.ts";
import { countSchedules, listSchedules, nextDueAt, readSchedule, readScheduleByName } from "./schedule-read.ts";
import { replanAhead } from "./schedule-replan.ts";
import { createSchedule, deleteSchedule, updateSchedule } from "./schedule-write.ts";
import type { Writer } from "./writer.ts";

/** Schedules over SQLite. */
export function createScheduleStore(sql: Sql, writer: Writer): ScheduleStore {
  return {
    create: (schedule, plan) => writer.write((tx) => createSchedule(tx, schedule, plan)),
    get: async (id) => readSchedule(sql, id),
    getByName: async (name) => readScheduleByName(sql, name),
    list: async (filter, request) => listSchedules(sql, filter, request),
    count: async (filter) => countSchedules(sql, filter),
    update: (id, patch, plan, pausedReason = null) =>
      writer.write((tx) => updateSchedule(tx, { id, patch, plan, pausedReason })),
    delete: (id) => writer.write((tx) => deleteSchedule(tx, id)),
    fireDue: (limit, plan) => writer.write((tx) => fireDue(tx, limit, plan)),
    replanAhead: (aheadMs, plan) => writer.write((tx) => replanAhead(tx, aheadMs, plan)),
    nextDueAt: async () => nextDueAt(sql),
    trigger: (id, inputJson) => writer.write((tx) => triggerSchedule(tx, id, inputJson)),
    backfill: (id, times, overlap) => writer.write((tx) => backfillSchedule(tx, id, times, overlap)),
    async rehearseBackfill(id, times, overlap) {
      const firings = await rehearse(writer, (tx) => backfillSchedule(tx, id, times, overlap));
      return firings.map((firing) => ({ ...firing, jobId: null }));
    },
    firings: async (id, limit, after) => listFirings(sql, id, limit, after),
  };
}
