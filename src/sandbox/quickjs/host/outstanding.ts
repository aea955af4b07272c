import { DELIVERY } from "../../host-operations.ts";
import type { GuestSubtle } from "./cryptography/subtle.ts";
import type { Outstanding } from "./deliveries.ts";
import type { GuestFetches } from "./guest-fetches.ts";
import type { GuestSockets } from "./guest-sockets.ts";

/** Says which calls of a guest are under way. */
export function outstandingCalls(fetches: GuestFetches, subtle: GuestSubtle, sockets: GuestSockets): Outstanding {
  return {
    has(kind, index) {
      if (kind === DELIVERY.fetch) return fetches.isOutstanding(index);
      if (kind === DELIVERY.body) return fetches.isRead(index);
      if (kind === DELIVERY.upload) return fetches.isUploadWanted(index);
      if (kind === DELIVERY.socket) return sockets.mayDeliver(index);
      return kind === DELIVERY.subtle && subtle.outstanding > 0;
    },
    any: () => fetches.outstanding > 0 || fetches.reads > 0 || subtle.outstanding > 0 || sockets.active > 0,
  };
}
