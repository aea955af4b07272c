const { apply } = Reflect;
const { prototype } = Date;
const { getTime } = prototype;

/** Returns the time of a Date, ms; NaN if it is invalid. @throws {TypeError} for anything else */
export function timeOf(self: unknown): number {
  return apply(getTime, self, []);
}

/** Replaces a method of Date.prototype. The new one has the same name, and is no constructor. */
export function replaceMethod(name: string, length: number, work: (self: unknown, values: unknown[]) => unknown): void {
  const methods: Record<string, unknown> = {
    [name](this: unknown, ...values: unknown[]): unknown {
      return work(this, values);
    },
  };
  const value = methods[name];
  Object.defineProperty(value, "length", { value: length });
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: false });
}

/** Returns a function of Date.prototype as it is now. */
export function methodNamed(name: string): (...values: unknown[]) => unknown {
  return (prototype as unknown as Record<string, (...values: unknown[]) => unknown>)[name] as () => unknown;
}
