import { AsyncLocalStorage } from "node:async_hooks";
import type { AuditDraft } from "../../domain/audit.ts";

/** An entry that waits for the first write of its request. */
export interface Recording {
  readonly draft: AuditDraft;
  /** `waiting`: for a write; `taken`: by a write that has not ended; `stored`; `over`: the request has ended. */
  state: "waiting" | "taken" | "stored" | "over";
}

/** Finds the entry that the current request still has to store. */
export interface Recordings {
  /** Does the work of a request. */
  during<T>(recording: Recording, work: () => T): T;
  /** Does work that belongs to no request. */
  apart<T>(work: () => T): T;
  /** Takes the entry that the write in progress has to store, if there is one. */
  take(): Recording | undefined;
}

/**
 * Creates the link from requests to their writes. It goes along with asynchronous calls, so that no call between the door
 * and the database has to pass it on.
 */
export function createRecordings(): Recordings {
  const current = new AsyncLocalStorage<Recording>();
  return {
    during: (recording, work) => current.run(recording, work),
    apart: (work) => current.exit(work),
    take() {
      const recording = current.getStore();
      if (recording?.state !== "waiting") return undefined;
      recording.state = "taken";
      return recording;
    },
  };
}
