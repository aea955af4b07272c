import { methodNamed } from "./methods.ts";
import { utcOf } from "./zone-offsets.ts";

const { apply, construct } = Reflect;

/**
 * Makes the constructor of Date take its components as local time. Texts without a time zone are local as well: the engine
 * asks its host for the offset then.
 */
export function defineLocalConstructor(): void {
  const Native = Date;
  const { UTC, prototype } = Native;
  const toText = methodNamed("toString");
  function LocalDate(...values: unknown[]): unknown {
    if (new.target === undefined) return apply(toText, new Native(), []);
    if (values.length < 2) return construct(Native, values, new.target);
    return construct(Native, [utcOf(apply(UTC, Native, values) as number)], new.target);
  }
  const { prototype: _own, ...statics } = Object.getOwnPropertyDescriptors(Native);
  Object.defineProperties(LocalDate, statics);
  Object.defineProperty(LocalDate, "prototype", { value: prototype, writable: false });
  Object.defineProperty(prototype, "constructor", { value: LocalDate, writable: true, configurable: true });
  Object.defineProperty(globalThis, "Date", {
    value: LocalDate,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
