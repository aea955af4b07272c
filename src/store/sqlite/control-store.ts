import type { ControlStore } from "../contract/control.ts";
import type { Sql } from "./connection.ts";
import { listLimits, setLimits } from "./limit-settings.ts";
import { listPauses, pause, resume } from "./pauses.ts";
import type { Writer } from "./writer.ts";

/** Pauses and limits over SQLite. */
export function createControlStore(sql: Sql, writer: Writer): ControlStore {
  return {
    pause: (scope, note) => writer.write((tx) => pause(tx, scope, note)),
    resume: (scope) => writer.write((tx) => resume(tx, scope)),
    pauses: async () => listPauses(sql),
    setLimits: (scope, limits) => writer.write((tx) => setLimits(tx, scope, limits)),
    limits: async () => listLimits(sql),
  };
}
