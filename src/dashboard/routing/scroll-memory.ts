/** For how many frames a page is kept where it was, once it is high enough: it may be the page before. */
const FRAMES = 90;

/** For how long a page may be loaded, ms. */
const LATEST_MS = 30_000;

/** What the reader does to go elsewhere on the page. */
const MOVES = ["wheel", "keydown", "pointerdown", "touchstart", "popstate"];

/** What is needed of a window. */
export interface ScrolledWindow {
  history: { state: unknown; replaceState(state: unknown, title: string): void };
  document: { documentElement: { scrollHeight: number } };
  innerHeight: number;
  scrollY: number;
  scrollTo(x: number, y: number): void;
  requestAnimationFrame(step: () => void): unknown;
  addEventListener(type: string, listener: () => void, options: { once: boolean; signal: AbortSignal }): void;
}

/** Stores in the current entry of the history how far the page is scrolled. */
export function rememberScroll({ history, scrollY }: Pick<ScrolledWindow, "history" | "scrollY">): void {
  history.replaceState({ scrollY }, "");
}

/** Scrolls to where the reader was when the current entry was left, as soon as the page is high enough again. */
export function restoreScroll(window: ScrolledWindow): void {
  const wanted = (window.history.state as { scrollY?: unknown } | null)?.scrollY;
  if (typeof wanted !== "number" || wanted === 0) return;
  let frames = 0;
  const end = performance.now() + LATEST_MS;
  const over = new AbortController();
  for (const move of MOVES) window.addEventListener(move, () => over.abort(), { once: true, signal: over.signal });
  const step = () => {
    if (over.signal.aborted) return;
    const isHigh = window.document.documentElement.scrollHeight - window.innerHeight >= wanted;
    if (isHigh && window.scrollY !== wanted) window.scrollTo(0, wanted);
    frames = isHigh ? frames + 1 : 0;
    if (frames < FRAMES && performance.now() < end) window.requestAnimationFrame(step);
    else over.abort();
  };
  window.requestAnimationFrame(step);
}
