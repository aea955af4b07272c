import type { GuestBase } from "../base.ts";
import type { HostFunction } from "../host.ts";
import { bridge } from "../part-bridge.ts";

/** What this part uses of the guest API that is always there. */
export const base = bridge.base as GuestBase;
/** The host's operations. */
export const host: HostFunction = bridge.host;
/** JSON as it was before the task could change it. */
export const { parse, stringify }: Pick<JSON, "parse" | "stringify"> = bridge.json;
