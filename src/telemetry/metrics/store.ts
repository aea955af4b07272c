import type { Meter } from "../measurements.ts";
import { DURATION_BUCKETS, type Families } from "./families.ts";

/** What is read about the database. */
export interface StoreSource {
  store(): { pendingWrites: number; fileBytes: number; walBytes: number };
}

/** Adds the families of the database. */
export function addStoreFamilies(
  { client, registers, gauge }: Families,
  { store }: StoreSource,
): Pick<Meter, "commit"> {
  const commitSeconds = new client.Histogram({
    name: "ratchet_store_commit_seconds",
    help: "Time until a group of writes was on disk.",
    buckets: DURATION_BUCKETS,
    registers,
  });
  gauge("ratchet_store_pending_writes", "Writes that wait for their transaction.", () => store().pendingWrites);
  gauge("ratchet_store_file_bytes", "Size of the database file.", () => store().fileBytes);
  gauge("ratchet_store_wal_bytes", "Size of the database's write-ahead log.", () => store().walBytes);
  return { commit: (seconds) => commitSeconds.observe(seconds) };
}
