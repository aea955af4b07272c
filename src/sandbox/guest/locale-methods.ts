import { usePart } from "./parts.ts";

/** The methods whose results depend on a locale, with their `length`, by the global that has them. */
const METHODS = {
  Number: { toLocaleString: 0 },
  BigInt: { toLocaleString: 0 },
  Date: { toLocaleString: 0, toLocaleDateString: 0, toLocaleTimeString: 0 },
  String: { localeCompare: 1, toLocaleLowerCase: 0, toLocaleUpperCase: 0 },
  Array: { toLocaleString: 0 },
  TypedArray: { toLocaleString: 0 },
} as const;

/** The method of Date that makes an object of Temporal. */
const TO_INSTANT = {
  toTemporalInstant(this: unknown): unknown {
    const { toTemporalInstant } = usePart("temporal") as { toTemporalInstant: () => unknown };
    return apply(toTemporalInstant, this, []);
  },
};

const { apply } = Reflect;

/** The part of the guest API behind these methods: `<global>.<method>` to a function of `this` and the arguments. */
type LocaleMethods = Readonly<Record<string, (self: unknown, values: readonly unknown[]) => unknown>>;

/**
 * Defines the methods whose results depend on a locale: Intl is loaded when one of them is first called. It does not
 * matter whether `Intl` itself is still what it was.
 */
export function installLocaleMethods(): void {
  const typedArray = Object.getPrototypeOf(Uint8Array) as { prototype: object };
  const owners: Record<keyof typeof METHODS, { prototype: object }> = {
    ...{ Number, BigInt, Date, String, Array },
    TypedArray: typedArray,
  };
  for (const owner of Object.keys(METHODS) as (keyof typeof METHODS)[]) {
    for (const [name, length] of Object.entries(METHODS[owner])) {
      const value = lazyMethod(`${owner}.${name}`, name);
      Object.defineProperty(value, "length", { value: length });
      // The engine has no method of this name for some of them.
      Object.defineProperty(owners[owner].prototype, name, { value, writable: true, configurable: true });
    }
  }
  installToInstant();
}

function installToInstant(): void {
  const value = TO_INSTANT.toTemporalInstant;
  Object.defineProperty(Date.prototype, "toTemporalInstant", { value, writable: true, configurable: true });
}

function lazyMethod(place: string, name: string): unknown {
  const methods: Record<string, unknown> = {
    [name](this: unknown, ...values: unknown[]): unknown {
      return (usePart("intl") as { methods: LocaleMethods }).methods[place]?.(this, values);
    },
  };
  return methods[name];
}
