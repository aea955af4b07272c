import { DELIVERY } from "../../host-operations.ts";
import type { GuestSubtle } from "./cryptography/subtle.ts";
import type { Outstanding } from "./deliveries.ts";
import type { GuestDurable } from "./durable/guest-durable.ts";
import type { GuestFetches } from "./guest-fetches.ts";
import type { GuestSockets } from "./guest-sockets.ts";

/** What a guest can have under way. */
interface Calls {
  fetches: GuestFetches;
  subtle: GuestSubtle;
  sockets: GuestSockets;
  durable: GuestDurable | undefined;
}

/** Says which calls of a guest are under way. */
export function outstandingCalls({ fetches, subtle, sockets, durable }: Calls): Outstanding {
  const anyBut = () => fetches.outstanding > 0 || fetches.reads > 0 || subtle.outstanding > 0 || sockets.active > 0;
  return {
    has(kind, index) {
      if (kind === DELIVERY.fetch) return fetches.isOutstanding(index);
      if (kind === DELIVERY.body) return fetches.isRead(index);
      if (kind === DELIVERY.upload) return fetches.isUploadWanted(index);
      if (kind === DELIVERY.socket) return sockets.mayDeliver(index);
      return kind === DELIVERY.subtle && subtle.outstanding > 0;
    },
    any: () => anyBut() || durable?.isWaiting === true,
    anyButDurable: anyBut,
  };
}
