import type { ShareableText } from "../../domain/shared-text.ts";
import type { Sql } from "./connection.ts";
import { readStored, storedBytes, type TextPlace } from "./text-places.ts";

/** Reads long texts. */
export interface StoredTexts {
  /** Reads texts in order. One whose row is gone is undefined. */
  read(places: readonly TextPlace[]): Promise<(ShareableText | undefined)[]>;
}

/** A thread with a connection of its own that reads texts in order; null if the row is gone. */
interface ReadingThread {
  read(places: readonly TextPlace[]): Promise<readonly (ShareableText | null)[]>;
}

/**
 * Creates the reader of long texts.
 * @param thread reads what would take long here; undefined if the database can't have a second connection
 * @param mostBytes read here in one turn of the event loop
 */
export function createStoredTexts(sql: Sql, thread: ReadingThread | undefined, mostBytes: number): StoredTexts {
  const fits = turnBudget(mostBytes);
  const readHere = (places: readonly TextPlace[]) => places.map((place) => readStored(sql, place));
  return {
    async read(places) {
      if (thread === undefined) return readHere(places);
      const bytes = places.reduce((sum, place) => sum + storedBytes(sql, place), 0);
      if (fits(bytes)) return readHere(places);
      try {
        const texts = await thread.read(places);
        return texts.map((text) => text ?? undefined);
      } catch {
        // The caller needs the texts, such as the inputs of jobs that it has claimed: late is better than never.
        return readHere(places);
      }
    },
  };
}

/** Limits what is read in one turn of the event loop, since many calls may share a turn. */
function turnBudget(mostBytes: number): (bytes: number) => boolean {
  let left = mostBytes;
  let isScheduled = false;
  return (bytes) => {
    if (bytes >= left) return false;
    left -= bytes;
    if (!isScheduled) {
      isScheduled = true;
      setImmediate(() => {
        isScheduled = false;
        left = mostBytes;
      });
    }
    return true;
  };
}
