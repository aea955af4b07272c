import type { ReadingsSince } from "../../../../domain/durable.ts";

/** The most that is kept between two messages, bytes. What is read after that is not repeated. */
const MAX_BYTES = 256 * 1024;
/** What one entry takes, bytes. */
const ENTRY_BYTES = 24;

const KINDS = ["wall", "monotonic", "hostTexts", "random"] as const;
type Kind = (typeof KINDS)[number];
type RunKind = Exclude<Kind, "random">;

/** How far a kind of readings was repeated: the message, its entry, and how often that was read. */
export interface ReadingPlace {
  message: number;
  at: number;
  used: number;
}

/** What a run that has slept goes on with. */
export interface ReadingsState {
  /** The number of the next message that has readings. */
  message: number;
  places: Partial<Record<Kind, ReadingPlace>>;
  kept?: ReadingsSince | undefined;
}

/**
 * What a run reads of the clock and of the host: kept until its next message, and repeated in its order if it was read before.
 * What is repeated is not kept again.
 */
export class Readings {
  #message: number;
  #kept: ReadingsSince | undefined;
  #bytes = 0;
  #before: readonly ReadingsSince[];
  /** Where the next one of each kind is: the index of its message in `#before`, and see {@link ReadingPlace}. */
  readonly #places: Record<Kind, { index: number; at: number; used: number }>;

  /** @param before what was read before, in the order of the messages */
  constructor(before: readonly ReadingsSince[] = [], slept?: ReadingsState) {
    this.#before = before;
    this.#message = Math.max(slept?.message ?? 1, (before.at(-1)?.message ?? 0) + 1);
    // What the guest had read when it fell asleep is the beginning of its next message, if that was sent since.
    const wasSent = before.some(({ message }) => message === slept?.message);
    this.#kept = wasSent ? undefined : slept?.kept;
    const placeOf = (kind: Kind) => {
      const place = slept?.places[kind];
      // Everything before its next message is in the image.
      const from = place?.message ?? slept?.message ?? 0;
      const index = before.findIndex(({ message }) => message >= from);
      const isSame = before[index]?.message === from;
      const { at, used } = (isSame && (place ?? endOf(kind, slept?.kept))) || { at: 0, used: 0 };
      return { index: index < 0 ? before.length : index, at, used };
    };
    this.#places = {
      wall: placeOf("wall"),
      monotonic: placeOf("monotonic"),
      hostTexts: placeOf("hostTexts"),
      random: placeOf("random"),
    };
  }

  number(kind: "wall" | "monotonic", read: () => number): number {
    const recorded = this.#nextOfRuns<number>(kind);
    if (recorded !== undefined) return recorded;
    const value = read();
    this.#keepRun(kind, value, ENTRY_BYTES);
    return value;
  }

  text(read: () => string): string {
    const recorded = this.#nextOfRuns<string>("hostTexts");
    if (recorded !== undefined) return recorded;
    const value = read();
    this.#keepRun("hostTexts", value, ENTRY_BYTES + value.length);
    return value;
  }

  async random(make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const recorded = this.#nextRandom();
    if (recorded !== undefined) return Uint8Array.fromBase64(recorded);
    const bytes = await make();
    if (this.#hasRoom(2 * bytes.length + ENTRY_BYTES)) this.#list().random.push(bytes.toBase64());
    return bytes;
  }

  /** A message is about to be sent. @returns what was read since the last one that had readings */
  take(): ReadingsSince | undefined {
    const kept = this.#kept;
    if (kept === undefined) return undefined;
    this.#kept = undefined;
    this.#bytes = 0;
    this.#message += 1;
    return kept;
  }

  /** What was read since the last message. */
  get kept(): ReadingsSince | undefined {
    return this.#kept;
  }

  /** The number of the first message whose readings are not all in the guest's memory. */
  get needed(): number {
    const messages = KINDS.map((kind) => this.#before[this.#places[kind].index]?.message ?? this.#message);
    return Math.min(...messages);
  }

  state(): ReadingsState {
    const places: ReadingsState["places"] = {};
    for (const kind of KINDS) {
      const { index, at, used } = this.#places[kind];
      const message = this.#before[index]?.message;
      if (message !== undefined) places[kind] = { message, at, used };
    }
    return { message: this.#message, places, kept: this.#kept };
  }

  /**
   * The run goes another way than before: it repeats nothing from here on, and keeps again what it has repeated of messages that
   * it has not repeated to their end.
   * @returns the number of the first message whose readings no longer hold
   */
  forget(): number {
    const first = Math.min(...KINDS.map((kind) => this.#places[kind].index));
    const dropped = this.#before.slice(first);
    const from = dropped[0]?.message ?? this.#message;
    const places = KINDS.map((kind) => ({ kind, ...this.#places[kind], index: this.#places[kind].index - first }));
    this.#before = [];
    this.#message = from;
    if (this.#kept !== undefined) this.#kept.message = from;
    for (const { kind, index, at, used } of places) {
      for (const [i, readings] of dropped.slice(0, index + 1).entries()) {
        const entries: unknown[] = readings[kind];
        const repeated = i < index ? entries : partOf(kind, entries, at, used);
        (this.#list()[kind] as unknown[]).push(...repeated);
      }
      this.#places[kind] = { index: 0, at: 0, used: 0 };
    }
    return from;
  }

  #nextOfRuns<T>(kind: RunKind): T | undefined {
    const place = this.#places[kind];
    for (let readings = this.#before[place.index]; readings !== undefined; readings = this.#before[place.index]) {
      const entry = readings[kind][place.at] as [value: T, reads: number] | undefined;
      if (entry === undefined) this.#leave(place);
      else if (place.used < entry[1]) {
        place.used += 1;
        return entry[0];
      } else {
        place.at += 1;
        place.used = 0;
      }
    }
    return undefined;
  }

  #nextRandom(): string | undefined {
    const place = this.#places.random;
    for (let readings = this.#before[place.index]; readings !== undefined; readings = this.#before[place.index]) {
      const recorded = readings.random[place.at];
      place.at += 1;
      if (recorded !== undefined) return recorded;
      this.#leave(place);
    }
    return undefined;
  }

  #leave(place: { index: number; at: number; used: number }): void {
    place.index += 1;
    place.at = 0;
    place.used = 0;
  }

  #keepRun<T>(kind: RunKind, value: T, bytes: number): void {
    if (this.#bytes > MAX_BYTES) return;
    const runs = this.#list()[kind] as [value: T, reads: number][];
    const last = runs.at(-1);
    if (last?.[0] === value) last[1] += 1;
    else if (this.#hasRoom(bytes)) runs.push([value, 1]);
  }

  #hasRoom(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#bytes <= MAX_BYTES;
  }

  #list(): ReadingsSince {
    this.#kept ??= { message: this.#message, wall: [], monotonic: [], random: [], hostTexts: [] };
    return this.#kept;
  }
}

/** The place behind what was read. */
function endOf(kind: Kind, kept: ReadingsSince | undefined): Pick<ReadingPlace, "at" | "used"> | undefined {
  const entries = kept?.[kind] ?? [];
  if (kind === "random" || entries.length === 0) return { at: entries.length, used: 0 };
  const [, used] = entries.at(-1) as [value: unknown, reads: number];
  return { at: entries.length - 1, used };
}

/** What was repeated of the entries of one message. */
function partOf(kind: Kind, entries: readonly unknown[], at: number, used: number): unknown[] {
  const part = entries.slice(0, at);
  const entry = entries[at] as [value: unknown, reads: number] | undefined;
  if (kind !== "random" && entry !== undefined && used > 0) part.push([entry[0], used]);
  return part;
}
