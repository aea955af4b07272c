import type { Ledger } from "../../../domain/ledger.ts";
import { writeAll } from "../../framework/output.ts";
import { openOutputFile, unwritable } from "../../framework/output-file.ts";

/**
 * Writes a ledger to a file, whole or not at all.
 * @throws {RatchetError} ENVIRONMENT
 */
export function writeLedger(path: string, ledger: Ledger): void {
  writeWhole(path, `${JSON.stringify(ledger)}\n`);
}

/**
 * Writes a text to a file, whole or not at all.
 * @throws {RatchetError} ENVIRONMENT
 */
export function writeWhole(path: string, text: string): void {
  const file = openOutputFile(path);
  try {
    writeAll(file.descriptor, text);
  } catch (error) {
    file.discard();
    throw unwritable(path, error);
  }
  file.commit();
}
