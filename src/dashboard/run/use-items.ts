import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { followItems, type Item } from "./follow-items.ts";

/** The stream of a run, as far as it is read. */
export interface Items {
  items: readonly Item[];
  /** Whether there may be more that are read only on demand. */
  isFull: boolean;
  /** Reads on. */
  more(): void;
}

/** How many items are read before the reader asks for more. */
const PAGE = 1_000;

/** Reads the stream of an execution from its beginning, and follows it until it is full. @param id of the execution */
export function useItems(id: number): Items {
  const { api } = useApp();
  const [items, setItems] = useState<readonly Item[]>([]);
  const [most, setMost] = useState(PAGE);
  const read = useRef<readonly Item[]>([]);
  useEffect(() => {
    const stop = followItems({
      window,
      after: read.current.length === 0 ? "" : String(read.current.at(-1)?.number),
      open: (resumeAfter, signal) =>
        fetch(api.address("GET /api/v1/executions/:id/stream", { params: { id } }), {
          signal,
          headers: resumeAfter === "" ? {} : { "last-event-id": resumeAfter },
        }),
      onItems(added) {
        read.current = [...read.current, ...added].slice(0, most);
        setItems(read.current);
        if (read.current.length >= most) stop();
      },
      onEnd: () => {},
    });
    return stop;
  }, [id, most]);
  return { items, isFull: items.length >= most, more: () => setMost(most + PAGE) };
}
