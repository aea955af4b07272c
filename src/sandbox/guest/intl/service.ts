import { isObjectOrFunction } from "../webidl.ts";
import { append, ask } from "./ask.ts";
import { supportedLocales } from "./options.ts";
import { type Slots, setSlots, slotsOf } from "./slots.ts";

/** A constructor of Intl. */
export interface Service {
  (...values: unknown[]): unknown;
  new (...values: unknown[]): object;
  prototype: object;
}

/** What makes a service what it is. */
export interface ServiceParts {
  name: string;
  /** How many arguments the constructor has by its `length`. @default 0 */
  length?: number;
  /**
   * Reads the constructor's arguments in the order of the standard.
   * @returns the locales and options as JSON, see {@link Slots.json}
   */
  read: (values: readonly unknown[]) => string;
  /** The keys of `resolvedOptions` in the standard's order. */
  resolved: readonly string[];
  /** Methods and getters of the prototype. */
  members: object;
  /** What a call without `new` returns. If it is absent, such a call throws. */
  called?: (self: unknown, made: object, service: Service) => unknown;
  /** Returns the object of the service that a value stands for. @default itself */
  unwrap?: (self: unknown) => unknown;
}

const { defineProperty, getOwnPropertyDescriptors, create } = Object;

/** Creates a constructor of Intl with its prototype, its `supportedLocalesOf` and its `resolvedOptions`. */
export function defineService(parts: ServiceParts): Service {
  const { name, resolved, unwrap = (self: unknown) => self } = parts;
  const service = constructorOf(parts);
  const members = {
    resolvedOptions(this: unknown): object {
      return resolvedOptions(slotsOf(unwrap(this), name, "resolvedOptions"), resolved);
    },
  };
  const statics = {
    supportedLocalesOf: (locales: unknown, options: unknown) => supportedLocales(name, locales, options),
  };
  addMembers(service.prototype, members);
  addMembers(service.prototype, parts.members);
  setTag(service.prototype, `Intl.${name}`);
  setLength(statics.supportedLocalesOf, 1);
  addMembers(service, statics);
  return service;
}

/** Adds methods and getters as the standard has them: not enumerable, and not constructors. */
export function addMembers(target: object, members: object): void {
  const descriptors = getOwnPropertyDescriptors(members) as Record<string, PropertyDescriptor>;
  for (const key of Reflect.ownKeys(descriptors)) {
    const descriptor = descriptors[key as string];
    if (descriptor === undefined) continue;
    descriptor.enumerable = false;
    defineProperty(target, key, descriptor);
  }
}

/** Sets a function's `length`. */
export function setLength(target: object, length: number): void {
  defineProperty(target, "length", { value: length, writable: false, enumerable: false, configurable: true });
}

/** Sets the `Symbol.toStringTag` of a prototype or namespace. */
export function setTag(target: object, tag: string): void {
  const place = { value: tag, writable: false, enumerable: false, configurable: true };
  defineProperty(target, Symbol.toStringTag, place);
}

/** https://tc39.es/ecma262/#sec-ordinarycreatefromconstructor */
export function createFrom(newTarget: object, service: Service): object {
  const { prototype } = newTarget as { prototype: unknown };
  return create(isObjectOrFunction(prototype) ? prototype : service.prototype) as object;
}

/** Returns a getter's function without a name, as the bound functions of the standard have none. */
export function anonymous<Anonymous>(made: Anonymous, length: number): Anonymous {
  defineProperty(made, "name", { value: "", writable: false, enumerable: false, configurable: true });
  setLength(made as object, length);
  return made;
}

function constructorOf({ name, length = 0, read, called }: ServiceParts): Service {
  const service = function (this: unknown, ...values: unknown[]): unknown {
    if (new.target === undefined && called === undefined) {
      throw new TypeError(`calling ${name} constructor without new is invalid`);
    }
    const made = createFrom(new.target ?? service, service);
    const json = read(values);
    ask(`${name}.check`, json, "[]");
    setSlots(made, { service: name, json });
    return new.target === undefined && called !== undefined ? called(this, made, service) : made;
  } as unknown as Service;
  defineProperty(service, "name", { value: name, writable: false, enumerable: false, configurable: true });
  setLength(service, length);
  defineProperty(service, "prototype", { writable: false });
  defineProperty(service.prototype, "constructor", { enumerable: false });
  return service;
}

/** Returns a copy of the resolved options for the caller to keep. */
export function resolvedOptions(slots: Slots, keys: readonly string[]): object {
  slots.resolved ??= ask(`${slots.service}.resolvedOptions`, slots.json, "[]") as Record<string, unknown>;
  const { resolved } = slots;
  const copy: Record<string, unknown> = {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const value = resolved[key];
    if (value !== undefined)
      defineProperty(copy, key, { value: copied(value), writable: true, enumerable: true, configurable: true });
  }
  return copy;
}

function copied(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const copy: unknown[] = [];
  for (let i = 0; i < value.length; i++) append(copy, value[i]);
  return copy;
}
