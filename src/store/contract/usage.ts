/** What the store uses now. */
export interface StoreUsage {
  /** Writes that wait for their transaction. */
  pendingWrites: number;
  /** Size of the database, bytes; 0 if it is in memory. */
  fileBytes: number;
  /** Size of what is written but not yet in the database itself, bytes; 0 if it is in memory. */
  walBytes: number;
}
