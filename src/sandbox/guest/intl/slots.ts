/** What an object of Intl keeps inside. */
export interface Slots {
  /** The service that the object belongs to, such as `NumberFormat`. */
  service: string;
  /** Its locales and options as JSON, as the host takes them. A Locale has its tag here. */
  json: string;
  /** What `resolvedOptions` returns, once it was asked for. */
  resolved?: Record<string, unknown>;
  /** The function that `format` or `compare` returns, once it was asked for. */
  bound?: unknown;
}

/** A constructor that returns its argument. */
class Returned {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: a subclass then adds its private field to an object of any kind
    return target;
  }
}

/** Puts slots into objects of any prototype, where nothing but this file can find them. */
class SlotField extends Returned {
  readonly #slots: Slots;

  constructor(target: object, slots: Slots) {
    super(target);
    this.#slots = slots;
  }

  static of(value: object): Slots | undefined {
    return #slots in value ? value.#slots : undefined;
  }
}

const field = SlotField;

/** Gives an object its slots. */
export function setSlots(target: object, slots: Slots): void {
  new field(target, slots);
}

/** Returns the slots of an object of this service. @throws {TypeError} for anything else */
export function slotsOf(value: unknown, service: string, method: string): Slots {
  const slots = typeof value === "object" && value !== null ? SlotField.of(value) : undefined;
  if (slots?.service === service) return slots;
  throw new TypeError(`Intl.${service}.prototype.${method} called on value that's not a ${service}`);
}

/** Is a value an object of this service? */
export function isOf(value: unknown, service: string): boolean {
  return typeof value === "object" && value !== null && SlotField.of(value)?.service === service;
}

/** Returns the tag of an Intl.Locale; undefined for anything else. */
export function localeTagOf(value: unknown): string | undefined {
  const slots = typeof value === "object" && value !== null ? SlotField.of(value) : undefined;
  return slots?.service === "Locale" ? slots.json : undefined;
}
