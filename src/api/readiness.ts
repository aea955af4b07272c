import { RatchetError } from "../domain/errors.ts";
import type { Store } from "../store/contract/store.ts";
import type { ReadinessCheck } from "./dependencies.ts";

/** Checks that jobs can be stored and are claimed. It never rejects. @param working returns true while jobs are claimed */
export async function checkReadiness(store: Pick<Store, "probe">, working: () => boolean): Promise<ReadinessCheck[]> {
  const worker: ReadinessCheck = { name: "worker", ok: working() };
  if (!worker.ok) worker.message = "The server is starting or stopping.";
  try {
    await store.probe();
    return [{ name: "database", ok: true }, worker];
  } catch (error) {
    const message = error instanceof RatchetError ? error.message : "The database can't be written.";
    return [{ name: "database", ok: false, message }, worker];
  }
}
