import type { NamedValue, SecretValues } from "../../domain/secret.ts";

/** Collects the values of the secrets that are put back into stored texts. A name can have several. */
export class RestoredValues {
  readonly #values = new Map<string, NamedValue>();

  /** Receives each value that was put back. */
  readonly onValue = (name: string, value: string): void => {
    this.#values.set(`${name}\0${value}`, [name, value]);
  };

  /** Returns those that are not among the values of now, because their secret was changed or removed. */
  earlierThan(now: SecretValues | undefined): NamedValue[] {
    return [...this.#values.values()].filter(([name, value]) => now?.get(name) !== value);
  }
}
