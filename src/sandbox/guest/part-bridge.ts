import type { GuestPart } from "../guest-parts.ts";
import type { HostFunction } from "./host.ts";

/** What a part of the guest API gets from the part that is always there. */
export interface PartBridge {
  host: HostFunction;
  usePart: (name: GuestPart) => unknown;
  /** JSON as it was before the task could change it. */
  json: Pick<JSON, "parse" | "stringify">;
  /** What the part uses of the guest API that is always there: see base.ts. */
  base: unknown;
  /** The prototypes of all interfaces: see interface.ts. */
  platformPrototypes: Set<object>;
  /** What the part provides; its entry sets this. */
  provided: unknown;
}

/** A parameter of the function that the build wraps around each part. */
declare const __ratchetBridge: PartBridge;

/** The bridge of the part that this module was bundled into. */
export const bridge: PartBridge = __ratchetBridge;
