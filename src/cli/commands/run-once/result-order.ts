/** Passes results on in the order of their lines, and limits how far ahead other lines may get. */
export interface ResultOrder<R> {
  /** Returns the place of the next line to start. */
  begin(): number;
  /** Takes the result for a place. */
  put(place: number, result: R): void;
  /** Returns true if another line may start. */
  hasRoom(): boolean;
}

/** How much may wait for a slow line. */
export interface ResultWindow {
  /** Maximum number of lines started after the slow one. */
  lines: number;
  /** Maximum length of the waiting results, in characters. */
  characters: number;
}

/**
 * Creates an order. With `ordered: false`, results pass as they arrive.
 * @param pass called with each result when its turn has come
 */
export function createResultOrder<R extends { text: string }>(
  options: { ordered: boolean; window: ResultWindow },
  pass: (result: R) => void,
): ResultOrder<R> {
  const { window, ordered } = options;
  const waiting = new Map<number, R>();
  let waitingCharacters = 0;
  let begun = 0;
  let turn = 0;
  return {
    begin: () => begun++,
    hasRoom: () => !ordered || (begun - turn < window.lines && waitingCharacters < window.characters),
    put: (place, result) => {
      if (!ordered) {
        pass(result);
        return;
      }
      waiting.set(place, result);
      waitingCharacters += result.text.length;
      for (let next = waiting.get(turn); next !== undefined; next = waiting.get(turn)) {
        waiting.delete(turn);
        waitingCharacters -= next.text.length;
        turn++;
        pass(next);
      }
    },
  };
}
