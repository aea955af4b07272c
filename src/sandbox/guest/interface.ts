/**
 * The shape of platform interfaces (https://webidl.spec.whatwg.org/#js-interfaces), for classes that are written the usual way.
 */

import type { PartBridge } from "./part-bridge.ts";

/** A class whose instances are of a platform interface. */
interface InterfaceClass<Instance> {
  readonly name: string;
  readonly prototype: Instance;
}

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { ownKeys } = Reflect;
const iteratorPrototype = getPrototypeOf(getPrototypeOf([][Symbol.iterator]())) as object;

/** The bridge of the part that this module was bundled into; not there in the guest API that is always there. */
declare const __ratchetBridge: PartBridge | undefined;

/** The prototypes of all interfaces, those of the parts included. */
export const platformPrototypes =
  typeof __ratchetBridge === "undefined" ? new Set<object>() : __ratchetBridge.platformPrototypes;

/** Is a value an object of an interface that {@link shapeInterface} has shaped, or of a class that extends one? */
export function isPlatformObject(value: object): boolean {
  for (let prototype = getPrototypeOf(value); prototype !== null; prototype = getPrototypeOf(prototype)) {
    if (platformPrototypes.has(prototype)) return true;
  }
  return false;
}

/**
 * Makes the members of an interface enumerable, and gives its objects their name in `Object.prototype.toString`.
 * @param lengths how many arguments those methods need that take their arguments as a list
 */
export function shapeInterface<Instance extends object>(
  made: InterfaceClass<Instance>,
  name: string,
  lengths: Readonly<Record<string, number>> = {},
): void {
  platformPrototypes.add(made.prototype);
  const methods: Record<string, unknown> = {};
  for (const owner of [made.prototype, made]) {
    for (const key of ownKeys(owner)) {
      if (typeof key === "symbol" || key === "constructor" || (owner === made && isFunctionMember(key))) continue;
      defineProperty(owner, key, { enumerable: true });
      methods[key] = getOwnPropertyDescriptor(owner, key)?.value;
    }
  }
  for (const key of Object.keys(lengths)) {
    const method = key === "constructor" ? made : (methods[key] as object);
    defineProperty(method, "length", { value: lengths[key] ?? 0, configurable: true });
  }
  defineProperty(made.prototype, Symbol.toStringTag, { value: name, configurable: true });
  defineProperty(made, "name", { value: name, configurable: true });
}

function isFunctionMember(key: string): boolean {
  return key === "length" || key === "name" || key === "prototype";
}

/** @throws {TypeError} if a function got fewer arguments than it needs */
export function needArguments(given: readonly unknown[], count: number, what: string): void {
  if (given.length >= count) return;
  const unit = count === 1 ? "argument" : "arguments";
  throw new TypeError(`${what} needs ${count} ${unit}, and got ${given.length}`);
}

type Pair = readonly [name: string, value: unknown];

/** What an iterator yields of a pair: both, or one of them. */
const KINDS = {
  entries: ([name, value]: Pair): unknown => [name, value],
  keys: ([name]: Pair): unknown => name,
  values: ([, value]: Pair): unknown => value,
};

/**
 * Adds `entries`, `keys`, `values`, `forEach` and the iterator: https://webidl.spec.whatwg.org/#js-iterable
 * @param pairs returns the current pairs of an object: changes during an iteration are seen. It throws TypeError for
 * anything that is not an object of the interface
 */
export function makePairIterable<Instance extends object>(
  made: InterfaceClass<Instance>,
  pairs: (self: Instance) => readonly Pair[],
): void {
  class PairIterator {
    readonly #target: Instance;
    readonly #kind: (pair: Pair) => unknown;
    #at = 0;
    constructor(target: Instance, kind: (pair: Pair) => unknown) {
      this.#target = target;
      this.#kind = kind;
    }
    next(): IteratorResult<unknown> {
      const pair = pairs(this.#target)[this.#at];
      if (pair === undefined) return { value: undefined, done: true };
      this.#at += 1;
      const kind = this.#kind; // called without `this`
      return { value: kind(pair), done: false };
    }
  }
  Reflect.deleteProperty(PairIterator.prototype, "constructor");
  Object.setPrototypeOf(PairIterator.prototype, iteratorPrototype);
  defineProperty(PairIterator.prototype, "next", { enumerable: true });
  defineProperty(PairIterator.prototype, Symbol.toStringTag, { value: `${made.name} Iterator`, configurable: true });
  const methods = {
    entries(this: Instance): unknown {
      pairs(this);
      return new PairIterator(this, KINDS.entries);
    },
    keys(this: Instance): unknown {
      pairs(this);
      return new PairIterator(this, KINDS.keys);
    },
    values(this: Instance): unknown {
      pairs(this);
      return new PairIterator(this, KINDS.values);
    },
    forEach(this: Instance, callback: unknown, self: unknown = undefined): void {
      pairs(this);
      if (typeof callback !== "function") throw new TypeError("the argument of forEach must be a function");
      for (let at = 0; ; at++) {
        const pair = pairs(this)[at];
        if (pair === undefined) return;
        callback.call(self, pair[1], pair[0], this);
      }
    },
  };
  for (const name of Object.keys(methods) as (keyof typeof methods)[]) {
    defineProperty(made.prototype, name, {
      value: methods[name],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  defineProperty(made.prototype, Symbol.iterator, { value: methods.entries, writable: true, configurable: true });
}
