import type { RequiredMemory } from "../host-memory.ts";
import { serviceArguments } from "./arguments.ts";
import { type Formatter, SERVICES, type ServiceName, serviceOptions } from "./services.ts";

/** How many formatters an execution has at a time. Older ones are created again when they are needed. */
const MAX_FORMATTERS = 64;
/** What a formatter takes with its locale's data, bytes: a DateTimeFormat takes 25 kB, the others less. */
const FORMATTER_BYTES = 32 * 1024;

/** The locale that is used where none was asked for, or none of those that were exists: the host's own does not matter. */
export const DEFAULT_LOCALE = "en-US";

/** The formatters of one execution by what they were created from: equal ones are the same. */
export class FormatterShelf {
  readonly #kept = new Map<string, Formatter>();

  constructor(
    private readonly memory: RequiredMemory,
    readonly timeZone: string,
  ) {}

  /**
   * Returns the formatter with these locales and options.
   * @throws {RangeError | TypeError} if the runtime rejects them
   * @throws {Stop} MEMORY_LIMIT
   */
  get(service: ServiceName, json: string): Formatter {
    const key = `${service} ${json}`;
    const known = this.#kept.get(key);
    if (known !== undefined) {
      // The map keeps its entries in order: the last used is the last.
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const made = this.#create(service, json);
    if (this.#kept.size >= MAX_FORMATTERS) this.#dropOldest();
    else this.memory.require(FORMATTER_BYTES);
    this.#kept.set(key, made);
    return made;
  }

  /** Gives everything back. */
  clear(): void {
    this.memory.release(this.#kept.size * FORMATTER_BYTES);
    this.#kept.clear();
  }

  #create(service: ServiceName, json: string): Formatter {
    const { locales, options } = serviceArguments(json, serviceOptions(service));
    if (service === "DateTimeFormat") options.timeZone ??= this.timeZone;
    return SERVICES[service]([...locales, DEFAULT_LOCALE], options);
  }

  #dropOldest(): void {
    for (const key of this.#kept.keys()) {
      this.#kept.delete(key);
      return;
    }
  }
}
