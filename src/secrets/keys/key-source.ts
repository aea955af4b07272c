import type { MasterKey } from "../encryption/master-key.ts";

/** Where the master key is kept. */
export interface KeySource {
  /** For messages: the variable or the file. */
  readonly name: string;
  /**
   * Returns the keys that it has now, the newest first. A file may have several lines while a rotation is under way.
   * @throws {RatchetError} CONFIG_INVALID, ENVIRONMENT
   */
  keys(): readonly MasterKey[];
  /** Creates the first key. Absent if the key is provided from outside. @throws {RatchetError} ENVIRONMENT */
  create?: () => MasterKey;
  /** Replaces its keys. Absent if that has to be done from outside. @throws {RatchetError} ENVIRONMENT */
  replace?: (keys: readonly MasterKey[]) => void;
}
