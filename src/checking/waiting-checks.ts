import type { CheckOptions, CheckRequest } from "./check-request.ts";

/** A check, and the promise that its caller waits for. */
export interface PendingCheck {
  request: CheckRequest;
  options: CheckOptions;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/** Checks that wait for a thread. Callers take turns, and each has at most one check on a thread. */
export class WaitingChecks {
  /** In the order of their turns. A caller moves to the end after its turn. */
  readonly #lines = new Map<string, PendingCheck[]>();
  /** Callers that have a check on a thread. */
  readonly #served = new Set<string>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(check: PendingCheck): void {
    const { caller } = check.options;
    const line = this.#lines.get(caller) ?? [];
    line.push(check);
    this.#lines.set(caller, line);
    this.#size += 1;
  }

  /** Is there a check that may start? */
  hasNext(): boolean {
    return this.#nextCaller() !== undefined;
  }

  /** Removes the next check that may start. Its caller gets no other one before {@link finished} is called. */
  takeNext(): PendingCheck | undefined {
    const caller = this.#nextCaller();
    if (caller === undefined) return undefined;
    const line = this.#lines.get(caller) ?? [];
    const check = line.shift();
    this.#lines.delete(caller);
    if (line.length > 0) this.#lines.set(caller, line);
    this.#served.add(caller);
    this.#size -= 1;
    return check;
  }

  finished({ options }: PendingCheck): void {
    this.#served.delete(options.caller);
  }

  takeAll(): PendingCheck[] {
    const all = [...this.#lines.values()].flat();
    this.#lines.clear();
    this.#size = 0;
    return all;
  }

  #nextCaller(): string | undefined {
    for (const caller of this.#lines.keys()) if (!this.#served.has(caller)) return caller;
    return undefined;
  }
}
