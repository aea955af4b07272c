import { AUDIT_OK } from "../../domain/audit.ts";
import type { AuditStore } from "../contract/audit.ts";
import { listAudit } from "./audit-list.ts";
import type { Recording, Recordings } from "./audit-recording.ts";
import type { Sql } from "./connection.ts";
import type { Writer } from "./writer.ts";

/** The audit log over SQLite. */
export function createAuditStore(sql: Sql, writer: Writer, recordings: Recordings): AuditStore {
  const append: AuditStore["append"] = async (draft, outcome, count = 1) => {
    await writer.write((tx) => tx.audit({ draft, outcome, count }));
  };
  return {
    append,
    apart: (work) => recordings.apart(work),
    async list(filter, request) {
      // Refusals are stored without anybody waiting for them.
      await writer.flush();
      return listAudit(sql, filter, request);
    },
    async during(draft, work) {
      const recording: Recording = { draft, state: "waiting" };
      try {
        const value = await recordings.during(recording, work);
        const isStored = recording.state === "stored";
        recording.state = "over";
        if (!isStored) await append(draft, AUDIT_OK);
        return value;
      } catch (error) {
        recording.state = "over";
        throw error;
      }
    },
  };
}
