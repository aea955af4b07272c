import type { Service } from "./service.ts";
import { isOf } from "./slots.ts";

const { defineProperty } = Object;
const { apply } = Reflect;
const hasInstance = Function.prototype[Symbol.hasInstance];
const fallback = Symbol("IntlLegacyConstructedSymbol");

/**
 * A call without `new` on an object that inherits from the service keeps the new object in that one:
 * https://tc39.es/ecma402/#sec-chainnumberformat
 */
export function chain(self: unknown, made: object, service: Service): unknown {
  if (!apply(hasInstance, service, [self])) return made;
  defineProperty(self as object, fallback, { value: made, writable: false, enumerable: false, configurable: false });
  return self;
}

/** Returns the object that {@link chain} has kept, or the object itself. */
export function unwrap(value: unknown, name: string, service: Service): unknown {
  if (isOf(value, name) || typeof value !== "object" || value === null) return value;
  return apply(hasInstance, service, [value]) ? (value as Record<symbol, unknown>)[fallback] : value;
}
