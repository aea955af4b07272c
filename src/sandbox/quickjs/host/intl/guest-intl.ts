import { formatSize } from "../../../../lib/size.ts";
import type { RequiredMemory } from "../host-memory.ts";
import { arrayOf, MalformedCall } from "./arguments.ts";
import { FormatterShelf } from "./formatter-shelf.ts";
import { callLocale } from "./locale-calls.ts";
import { callService } from "./service-calls.ts";
import { localOffset, zoneSpan } from "./zone-span.ts";

/** What the Intl of one execution works with. */
export interface GuestIntlContext {
  /** The task's time zone, which is the default of DateTimeFormat. */
  timeZone: string;
  memory: RequiredMemory;
  /** Notes or replays what depends on the version of the host's Intl. */
  hostText: (make: () => string) => string;
}

/**
 * The host's part of the guest's Intl. Nothing of the guest's gets to the runtime but plain texts, numbers and booleans, which
 * are rebuilt from JSON here. Results go back as JSON: `{"value":...}`, or `{"error":"RangeError","message":"..."}`.
 */
export class GuestIntl {
  readonly #formatters: FormatterShelf;

  constructor(private readonly context: GuestIntlContext) {
    this.#formatters = new FormatterShelf(context.memory, context.timeZone);
  }

  /**
   * Calls a method.
   * @param name the service and its method, or the function of Intl
   * @param service the JSON of the service's locales and options, or empty for a function
   * @param values the JSON of an array of arguments
   * @throws {Stop} MEMORY_LIMIT
   */
  call(name: string, service: string, values: string): string {
    return this.context.hostText(() => answer(() => this.#value(name, service, values)));
  }

  /** Returns the result of a call whose arguments have more than `most` bytes. */
  tooLong(most: number): string {
    return failure(new RangeError(`Intl takes texts of at most ${formatSize(most)} at a time`));
  }

  /** Returns the JSON of the task's time zone at a time, ms since the epoch. */
  zoneSpan(time: number): string {
    return this.context.hostText(() => JSON.stringify(zoneSpan(this.context.timeZone, time)));
  }

  /** Returns the offset of the task's time zone from UTC at a local time, both in s. */
  localOffset(localTime: number): number {
    return Number(this.context.hostText(() => String(localOffset(this.context.timeZone, localTime))));
  }

  /** The execution has ended: its formatters are given back. */
  close(): void {
    this.#formatters.clear();
  }

  #value(name: string, service: string, values: string): unknown {
    const given = arrayOf(values);
    return service === "" ? callLocale(name, given) : callService(this.#formatters, { name, service, values: given });
  }
}

function answer(work: () => unknown): string {
  try {
    return JSON.stringify({ value: work() ?? null });
  } catch (error) {
    // The guest's own TypeError and RangeError. Everything else (the end of the execution) is not for the guest.
    if (error instanceof TypeError || error instanceof RangeError || error instanceof MalformedCall) {
      return failure(error);
    }
    throw error;
  }
}

function failure({ name, message }: Error): string {
  return JSON.stringify({ error: name === "RangeError" ? "RangeError" : "TypeError", message });
}
