import { type ReadonlySignal, signal } from "@preact/signals";

/** One short message. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "good" | "bad";
}

/** Short messages about what happened. */
export interface Toasts {
  readonly shown: ReadonlySignal<readonly Toast[]>;
  /** Shows a message. A bad one stays until it is closed. */
  show(text: string, tone?: Toast["tone"]): void;
  close(id: number): void;
}

const SHOWN_MS = 6_000;

/** Creates the list of short messages. */
export function createToasts(): Toasts {
  const shown = signal<readonly Toast[]>([]);
  let count = 0;
  const close = (id: number) => {
    shown.value = shown.value.filter((toast) => toast.id !== id);
  };
  return {
    shown,
    close,
    show(text, tone = "good") {
      count += 1;
      const id = count;
      shown.value = [...shown.value.slice(-3), { id, text, tone }];
      if (tone === "good") setTimeout(() => close(id), SHOWN_MS);
    },
  };
}
