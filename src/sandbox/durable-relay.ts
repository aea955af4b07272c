import type { DurableEvent, DurableMessage } from "../domain/durable.ts";
import type { DurablePort } from "./engine/engine-request.ts";
import type { DurableSession } from "./executor.ts";

/** Connects the session of a run with its engine. What happens before the engine listens is passed on when it does. */
export class DurableRelay implements DurablePort {
  /** What has happened so far, until the engine runs and is not started again. */
  #early: DurableEvent[] | undefined = [];
  #take: ((event: DurableEvent) => void) | undefined;

  constructor(private readonly session: DurableSession) {
    session.attach((event) => {
      this.#early?.push(event);
      this.#take?.(event);
    });
  }

  listen(take: (event: DurableEvent) => void): void {
    this.forward(take);
    this.begun();
  }

  /** Passes events on to an engine that may be lost before it runs: another one then gets them once more. */
  forward(take: (event: DurableEvent) => void): void {
    this.#take = take;
    for (const event of this.#early ?? []) take(event);
  }

  send(message: DurableMessage, seed: string): void {
    this.session.receive(message, seed);
  }

  /** The engine runs, and is not started again. */
  begun(): void {
    this.#early = undefined;
  }

  /** The run has ended or sleeps, or its engine was lost: nothing is passed on any more. */
  leave(): void {
    this.#take = undefined;
  }
}
