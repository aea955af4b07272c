import { MOST_IN_LEDGER, type OriginUse, OTHER_ORIGINS } from "../../domain/ledger.ts";

/** The longest origin that gets an entry of its own, in characters: a host name has at most 253. */
const LONGEST_ORIGIN = 300;

/** The longest method that is counted by its name, in characters. */
const LONGEST_METHOD = 40;

/** The uses of origins, by origin. Their number is bounded. */
export class OriginUses {
  readonly #uses = new Map<string, OriginUse>();

  /** Returns the entry of an origin, or the common one once there are too many. */
  of(origin: string): OriginUse {
    const known = this.#uses.get(origin);
    if (known !== undefined) return known;
    const named = this.#uses.size - (this.#uses.has(OTHER_ORIGINS) ? 1 : 0);
    const hasRoom = named < MOST_IN_LEDGER && origin.length <= LONGEST_ORIGIN;
    const name = hasRoom ? origin : OTHER_ORIGINS;
    let use = this.#uses.get(name);
    if (use === undefined) {
      use = { origin: name, methods: {}, count: 0, bytesSent: 0, bytesReceived: 0, failures: 0 };
      this.#uses.set(name, use);
    }
    return use;
  }

  /** Counts a call. @returns the entry that it was counted in */
  count(origin: string, method: string): OriginUse {
    const use = this.of(origin);
    use.count += 1;
    use.methods[method] = (use.methods[method] ?? 0) + 1;
    return use;
  }

  /** Takes back a call that was never sent. */
  takeBack(use: OriginUse, method: string): void {
    use.count -= 1;
    const left = (use.methods[method] ?? 0) - 1;
    if (left > 0) use.methods[method] = left;
    else delete use.methods[method];
    if (use.count === 0) this.#uses.delete(use.origin);
  }

  /** Adds the uses of another ledger. */
  add(others: readonly OriginUse[]): void {
    for (const other of others) {
      const use = this.of(other.origin);
      for (const [method, count] of Object.entries(other.methods)) {
        use.methods[method] = (use.methods[method] ?? 0) + count;
      }
      use.count += other.count;
      use.bytesSent += other.bytesSent;
      use.bytesReceived += other.bytesReceived;
      use.failures += other.failures;
    }
  }

  /** Returns copies of the entries, in the order of the first calls; the common one is the last. */
  list(): OriginUse[] {
    const uses = [...this.#uses.values()].map((use) => ({ ...use, methods: { ...use.methods } }));
    const others = uses.findIndex(({ origin }) => origin === OTHER_ORIGINS);
    return others === -1 ? uses : [...uses.toSpliced(others, 1), ...uses.slice(others, others + 1)];
  }
}

/** Returns the name under which a method is counted. The task has written it, and nothing has checked it yet. */
export function countedMethod(method: string): string {
  return method.slice(0, LONGEST_METHOD).toUpperCase();
}
