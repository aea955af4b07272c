/** Events that come later than the call that caused them, one by one, as those of another process do. */
import type { RatchetEvent } from "../../../src/domain/events.ts";
import type { EventStore } from "../../../src/store/contract/events.ts";
import type { Backend, OpenOptions } from "./backend.ts";
import { connections } from "./scenarios/connections.ts";
import { events } from "./scenarios/events.ts";
import { sqlite } from "./sqlite-backend.ts";
import { storeConformance } from "./suite.ts";

function deliverLate({ subscribe }: EventStore, { onListenerError }: OpenOptions): EventStore["subscribe"] {
  return (listener) => {
    let isSubscribed = true;
    const deliver = (event: RatchetEvent) => {
      try {
        if (isSubscribed) listener([event]);
      } catch (error) {
        onListenerError(error);
      }
    };
    const end = subscribe((received) => {
      for (const event of received) setImmediate(deliver, event);
    });
    return () => {
      isSubscribed = false;
      end();
    };
  };
}

const late: Backend = {
  ...sqlite,
  name: "SQLite with late events",
  async create() {
    const data = await sqlite.create();
    return {
      ...data,
      async open(options) {
        const store = await data.open(options);
        return { ...store, events: { ...store.events, subscribe: deliverLate(store.events, options) } };
      },
    };
  },
};

storeConformance(late, [events, connections]);
