import { GUEST_PARTS, type GuestPart } from "../guest-parts.ts";
import { OPERATION } from "../host-operations.ts";
import { host } from "./host.ts";
import { platformPrototypes } from "./interface.ts";
import type { PartBridge } from "./part-bridge.ts";

const { parse, stringify } = JSON;
const loaded: Partial<Record<GuestPart, unknown>> = { __proto__: null } as object;

/** What the parts use of the guest API that is always there: see {@link shareWithParts}. */
const shared: { base: unknown } = { base: undefined };

/** Gives the parts what they use of the guest API that is always there. */
export function shareWithParts(base: unknown): void {
  shared.base = base;
}

/**
 * Returns what a part of the guest API provides. The part is loaded when it is first used: the host evaluates its bytecode,
 * and gives back the function that runs it.
 */
export function usePart(name: GuestPart): unknown {
  if (loaded[name] === undefined) {
    let index = 0;
    while (GUEST_PARTS[index] !== name) index += 1;
    const run = host(OPERATION.loadPart, index) as unknown as (bridge: PartBridge) => unknown;
    loaded[name] = run({
      host,
      usePart,
      json: { parse, stringify },
      base: shared.base,
      platformPrototypes,
      provided: undefined,
    });
  }
  return loaded[name];
}

/** Was a part of the guest API loaded already? */
export function isPartLoaded(name: GuestPart): boolean {
  return loaded[name] !== undefined;
}

/** The part of each global that {@link defineLazyGlobals} defines. */
const partOf = { __proto__: null } as unknown as Record<string, GuestPart>;

/**
 * Defines globals that one part provides as its members. The part is loaded when one of them is first read, which then
 * becomes a plain property. Assigning to one replaces it, as with any global of the platform.
 */
export function defineLazyGlobals(names: readonly string[], part: GuestPart): void {
  for (const name of names) {
    partOf[name] = part;
    // One function for both, because every function of the guest API is in every machine.
    const access = (...given: unknown[]) => settleGlobal(name, given);
    Object.defineProperty(globalThis, name, { get: access, set: access, configurable: true, enumerable: false });
  }
}

/** Makes a global a plain property: with the value that is assigned to it, or the one that its part provides. */
function settleGlobal(name: string, given: readonly unknown[]): unknown {
  const part = partOf[name] as GuestPart;
  const value = given.length > 0 ? given[0] : (usePart(part) as Record<string, unknown>)[name];
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  return value;
}
