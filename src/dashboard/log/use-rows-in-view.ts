import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";

/** The height of a row in CSS pixels, as log.css has it. */
export const ROW_HEIGHT = 20;

/** Rows are rendered in blocks, so that most steps of scrolling change nothing. */
const BLOCK = 16;

/** The rows of an element that scrolls which are in view, and some around them. */
export interface RowsInView {
  /** The element. */
  view: RefObject<HTMLDivElement | null>;
  /** From `first` to before `last`. */
  range: { first: number; last: number };
  /** Looks where the element is scrolled to. */
  look(): void;
}

/** Finds out which rows are in view. @param count how many there are */
export function useRowsInView(count: number): RowsInView {
  const view = useRef<HTMLDivElement>(null);
  const [block, setBlock] = useState({ first: 0, last: 4 * BLOCK });
  return {
    view,
    range: { first: Math.max(0, Math.min(block.first, count - 1)), last: Math.min(block.last, count) },
    look() {
      const { current } = view;
      if (current === null) return;
      const top = Math.floor(current.scrollTop / ROW_HEIGHT / BLOCK);
      const rows = Math.ceil(current.clientHeight / ROW_HEIGHT / BLOCK);
      const next = { first: Math.max(0, (top - 1) * BLOCK), last: (top + rows + 2) * BLOCK };
      setBlock((before) => (before.first === next.first && before.last === next.last ? before : next));
    },
  };
}
