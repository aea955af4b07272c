/** Shares a thread among guests that compute, so that none keeps it from its events for long. */
export interface Turns {
  /** The thread has just looked for events. */
  begin(): void;
  /** Has the thread been kept from its events for a whole slice? */
  over(): boolean;
  /**
   * Resolves when the guest may go on. Of the guests that compute for longer than a slice, one goes on until it waits or ends,
   * and the others wait for that: if all took turns, all would end late. Guests that need less than a slice run in between.
   */
  pause(guest: object): Promise<void>;
  /** The guest waits for something or has ended: the next one may go on. */
  leave(guest: object): void;
}

/** How long a guest may compute before the thread looks for events, ms. Few compute for that long, and time limits stay exact. */
const SLICE_MS = 150;

/** Creates the turns of one thread. */
export function createTurns(): Turns {
  let since = performance.now();
  let computing: object | undefined;
  const line = new Map<object, () => void>();

  const nextTurn = (resolve: () => void) => {
    setImmediate(() => {
      since = performance.now();
      resolve();
    });
  };

  return {
    begin() {
      since = performance.now();
    },
    over: () => performance.now() - since > SLICE_MS,
    pause(guest) {
      computing ??= guest;
      return new Promise((resolve) => {
        if (computing === guest) nextTurn(resolve);
        else line.set(guest, resolve);
      });
    },
    leave(guest) {
      line.delete(guest);
      if (computing !== guest) return;
      computing = undefined;
      const [next] = line;
      if (next === undefined) return;
      const [following, resolve] = next;
      line.delete(following);
      computing = following;
      nextTurn(resolve);
    },
  };
}
