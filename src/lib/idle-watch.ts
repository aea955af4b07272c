import type { Clock, Timer } from "./clock.ts";

/** Notices that nothing has happened for a while. */
export interface IdleWatch {
  /** Something has begun. @returns what ends it */
  begin(): () => void;
  stop(): void;
}

/**
 * Calls back once each time that nothing is under way, and nothing has begun, for some time.
 * @param idleMs how long that is
 */
export function createIdleWatch(clock: Clock, idleMs: number, onIdle: () => void): IdleWatch {
  let underWay = 0;
  let lastAt = clock.monotonic();
  let timer: Timer | undefined;

  /** One timer looks later again, because starting one for each beginning costs more than everything else here. */
  function look(): void {
    timer = undefined;
    const left = lastAt + idleMs - clock.monotonic();
    if (underWay > 0) return;
    if (left > 0) timer = clock.after(left, look);
    else onIdle();
  }

  return {
    begin() {
      underWay += 1;
      return () => {
        underWay -= 1;
        lastAt = clock.monotonic();
        if (underWay === 0) timer ??= clock.after(idleMs, look);
      };
    },
    stop: () => timer?.cancel(),
  };
}
