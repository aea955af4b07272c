/** For how many frames a page may come back to its height. */
const MOST_FRAMES = 90;

/** What the reader does to go elsewhere on the page. */
const MOVES = ["wheel", "keydown", "pointerdown", "touchstart", "popstate"];

/** Stores in the current entry of the history how far the page is scrolled. */
export function rememberScroll({ history, scrollY }: Pick<Window, "history" | "scrollY">): void {
  history.replaceState({ scrollY }, "");
}

/** Scrolls to where the reader was when the current entry was left, as soon as the page is high enough again. */
export function restoreScroll(window: Window): void {
  const wanted = (window.history.state as { scrollY?: unknown } | null)?.scrollY;
  if (typeof wanted !== "number" || wanted === 0) return;
  let frames = 0;
  const over = new AbortController();
  for (const move of MOVES) window.addEventListener(move, () => over.abort(), { once: true, signal: over.signal });
  const step = () => {
    if (over.signal.aborted) return;
    const { scrollHeight } = window.document.documentElement;
    // The page before may still be there, so once is not enough.
    if (scrollHeight - window.innerHeight >= wanted && window.scrollY !== wanted) window.scrollTo(0, wanted);
    frames += 1;
    if (frames < MOST_FRAMES) window.requestAnimationFrame(step);
    else over.abort();
  };
  window.requestAnimationFrame(step);
}
