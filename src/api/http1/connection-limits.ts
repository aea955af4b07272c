import { type AddressMatcher, addressGroup } from "../../lib/address-blocks.ts";

/** How many connections may be open at once. */
export interface ConnectionLimits {
  max: number;
  maxPerAddress: number;
  /** Addresses that {@link maxPerAddress} does not apply to: proxies, which connect for others. */
  isExempt: AddressMatcher;
}

/** Counts open connections. */
export interface ConnectionCount {
  /** Counts a new connection. @returns false if there are too many; it then does not count */
  add(address: string): boolean;
  /** Takes back what {@link add} counted. */
  remove(address: string): void;
}

const NO_LIMITS: ConnectionLimits = { max: Infinity, maxPerAddress: Infinity, isExempt: () => true };

/** Creates the count of a server's connections. */
export function createConnectionCount(limits = NO_LIMITS): ConnectionCount {
  const { max, maxPerAddress, isExempt } = limits;
  let total = 0;
  const perAddress = new Map<string, number>();
  return {
    add(address) {
      const group = addressGroup(address);
      const own = perAddress.get(group) ?? 0;
      if (total >= max || (own >= maxPerAddress && !isExempt(address))) return false;
      total += 1;
      perAddress.set(group, own + 1);
      return true;
    },
    remove(address) {
      const group = addressGroup(address);
      total -= 1;
      const own = (perAddress.get(group) ?? 1) - 1;
      if (own === 0) perAddress.delete(group);
      else perAddress.set(group, own);
    },
  };
}
