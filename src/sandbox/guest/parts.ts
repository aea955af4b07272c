import { GUEST_PARTS, type GuestPart } from "../guest-parts.ts";
import { OPERATION } from "../host-operations.ts";
import { host } from "./host.ts";
import type { PartBridge } from "./part-bridge.ts";

const { parse, stringify } = JSON;
const loaded: Partial<Record<GuestPart, unknown>> = { __proto__: null } as object;

/**
 * Returns what a part of the guest API provides. The part is loaded when it is first used: the host evaluates its bytecode,
 * and gives back the function that runs it.
 */
export function usePart(name: GuestPart): unknown {
  if (loaded[name] === undefined) {
    let index = 0;
    while (GUEST_PARTS[index] !== name) index += 1;
    const run = host(OPERATION.loadPart, index) as unknown as (bridge: PartBridge) => unknown;
    loaded[name] = run({ host, usePart, json: { parse, stringify }, provided: undefined });
  }
  return loaded[name];
}

/**
 * Defines a global that is loaded when it is first read. It then becomes a plain property. Assigning to it replaces it, as
 * with any global of the platform.
 */
export function defineLazyGlobal(name: string, part: GuestPart): void {
  const settle = (value: unknown) => {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
    return value;
  };
  Object.defineProperty(globalThis, name, {
    get: () => settle((usePart(part) as Record<string, unknown>)[name]),
    set: settle,
    configurable: true,
    enumerable: false,
  });
}
