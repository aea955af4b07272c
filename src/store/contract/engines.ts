/** An engine that can wake guests. */
export interface StoredEngine {
  /** Its digest. */
  engine: string;
  /** Module, base image and parts, as `engineRecord()` packs them. */
  content: Uint8Array;
}
