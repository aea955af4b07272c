import type { BlockRule } from "../../domain/network-rule.ts";
import { Lru } from "../../lib/lru.ts";
import { type AddressClass, addressClass, isInBlock } from "./address-class.ts";

/** What is known of an address, whatever the request is. */
export interface AddressFacts {
  /** Undefined for a public address. */
  special: AddressClass | undefined;
  /** The first block of `http.deny` that it is in. */
  deniedBy: BlockRule | undefined;
  /** Does a block of `http.allow` cover it? */
  isAllowed: boolean;
}

/** How many addresses are remembered. */
const MAX_REMEMBERED = 1_000;

/** Creates a function that finds out about an address once: tasks call the same hosts again and again. */
export function createAddressFacts(blocks: {
  allow: readonly BlockRule[];
  deny: readonly BlockRule[];
}): (address: string) => AddressFacts {
  const known = new Lru<string, AddressFacts>(MAX_REMEMBERED, () => 1);
  return (address) => {
    const before = known.get(address);
    if (before !== undefined) return before;
    const facts: AddressFacts = {
      special: addressClass(address),
      deniedBy: blocks.deny.find((block) => isInBlock(address, block, "some")),
      isAllowed: blocks.allow.some((block) => isInBlock(address, block, "every")),
    };
    known.set(address, facts);
    return facts;
  };
}
