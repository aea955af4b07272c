/** What a nudge looks at. */
export interface Nudged {
  /** Does the guest only wait? */
  isWaiting(): boolean;
  /** Is there nothing under way that needs no time, such as looking for a task that is called? */
  isQuiet(): boolean;
  /** Lets time pass to what happens next. */
  jump(): void;
}

/**
 * Returns what is to be called at a steady pace. Time jumps if a guest waited for nothing but time at two calls in a row: what it has asked for
 * in between may still be on its way, and would then come too late.
 */
export function createNudge({ isWaiting, isQuiet, jump }: Nudged): () => void {
  let wasIdle = false;
  return () => {
    const isIdle = isWaiting() && isQuiet();
    if (isIdle && wasIdle) jump();
    wasIdle = isIdle && !wasIdle;
  };
}
