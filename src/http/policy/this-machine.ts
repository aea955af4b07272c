import { networkInterfaces } from "node:os";
import { leadsToMachine } from "./address-class.ts";

/**
 * Does an address lead to this machine? A server may listen on one address only, but which others reach it depends on
 * the system's network. Interfaces come and go, so they are read each time.
 */
export function isThisMachine(address: string): boolean {
  const interfaces = Object.values(networkInterfaces()).flatMap((list = []) => list.map((one) => one.address));
  return leadsToMachine(address, interfaces);
}
