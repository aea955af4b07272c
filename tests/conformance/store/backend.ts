import type { Clock } from "../../../src/lib/clock.ts";
import type { Maintenance } from "../../../src/store/contract/maintenance.ts";
import type { Store } from "../../../src/store/contract/store.ts";

/** How the suite opens a store. */
export interface OpenOptions {
  clock: Clock;
  /** Receives what a listener of events threw. */
  onListenerError: (error: unknown) => void;
  /** How long a job waits for a task that no source has, ms. */
  missingTaskWaitMs?: number;
}

/** The data of one test: a file, a schema, whatever the backend keeps its data in. */
export interface BackendData {
  /** Opens a store on the data. Each call is a separate connection, as another process would have it. */
  open(options: OpenOptions): Promise<Store>;
  /** Maintenance of the data. */
  maintenance(): Maintenance;
  /** Deletes the data. The suite has closed all stores before. */
  destroy(): Promise<void>;
}

/** A backend, as the suite sees it. */
export interface Backend {
  /** Stands in the titles of the tests. */
  name: string;
  /** Whether a listener receives the events of other connections too. Stored events can be read by all in any case. */
  sharesEvents: boolean;
  /** Number of random sequences of operations to try. */
  sequences: number;
  /** Prepares empty data. */
  create(): Promise<BackendData>;
}
