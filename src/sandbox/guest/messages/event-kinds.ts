import { shapeInterface } from "../interface.ts";
import { toUsvString } from "../pairs.ts";
import { isObjectOrFunction, toDictionary, toDomString, toSequence, toUnsignedLong } from "../webidl.ts";
import { base } from "./base.ts";

type Members = Record<PropertyKey, unknown>;

/** Returns the options of an event's constructor, which its base class has already checked. */
function optionsOf(given: readonly unknown[]): Members {
  return toDictionary(given[1], "the options of an event");
}

/** https://dom.spec.whatwg.org/#interface-customevent */
export class CustomEvent extends base.Event {
  #detail: unknown;

  constructor(...given: unknown[]) {
    super(...given);
    const { detail = null } = optionsOf(given);
    this.#detail = detail;
  }

  get detail(): unknown {
    return this.#detail;
  }

  initCustomEvent(...given: unknown[]): void {
    const isDispatched = this.eventPhase !== 0;
    this.initEvent(...given);
    if (!isDispatched) this.#detail = given[3] ?? null;
  }
}

/** https://html.spec.whatwg.org/#errorevent */
export class ErrorEvent extends base.Event {
  readonly #members: { message: string; filename: string; lineno: number; colno: number; error: unknown };

  constructor(...given: unknown[]) {
    super(...given);
    const { message = "", filename = "", lineno = 0, colno = 0, error } = optionsOf(given);
    this.#members = {
      message: toDomString(message, "message"),
      filename: toUsvString(filename, "filename"),
      lineno: toUnsignedLong(lineno),
      colno: toUnsignedLong(colno),
      error,
    };
  }

  get message(): string {
    return this.#members.message;
  }

  get filename(): string {
    return this.#members.filename;
  }

  get lineno(): number {
    return this.#members.lineno;
  }

  get colno(): number {
    return this.#members.colno;
  }

  get error(): unknown {
    return this.#members.error;
  }
}

/** https://html.spec.whatwg.org/#promiserejectionevent */
export class PromiseRejectionEvent extends base.Event {
  readonly #promise: object;
  readonly #reason: unknown;

  constructor(...given: unknown[]) {
    super(...given);
    const { promise, reason } = optionsOf(given);
    if (given.length < 2 || !isObjectOrFunction(promise)) {
      throw new TypeError("a PromiseRejectionEvent needs the option promise, which must be an object");
    }
    this.#promise = promise;
    this.#reason = reason;
  }

  get promise(): object {
    return this.#promise;
  }

  get reason(): unknown {
    return this.#reason;
  }
}

/** https://html.spec.whatwg.org/#messageevent */
export class MessageEvent extends base.Event {
  #members: { data: unknown; origin: string; lastEventId: string; source: unknown; ports: readonly unknown[] };

  constructor(...given: unknown[]) {
    super(...given);
    const { data = null, origin = "", lastEventId = "", source = null, ports } = optionsOf(given);
    this.#members = {
      data,
      origin: toUsvString(origin, "origin"),
      lastEventId: toDomString(lastEventId, "lastEventId"),
      source,
      ports: Object.freeze(ports === undefined ? [] : toSequence(ports, (port) => port, "ports")),
    };
  }

  get data(): unknown {
    return this.#members.data;
  }

  get origin(): string {
    return this.#members.origin;
  }

  get lastEventId(): string {
    return this.#members.lastEventId;
  }

  get source(): unknown {
    return this.#members.source;
  }

  get ports(): readonly unknown[] {
    return this.#members.ports;
  }
}

/** https://websockets.spec.whatwg.org/#closeevent */
export class CloseEvent extends base.Event {
  readonly #members: { wasClean: boolean; code: number; reason: string };

  constructor(...given: unknown[]) {
    super(...given);
    const { wasClean, code = 0, reason = "" } = optionsOf(given);
    this.#members = {
      wasClean: Boolean(wasClean),
      code: toUnsignedLong(code) & 0xffff,
      reason: toUsvString(reason, "reason"),
    };
  }

  get wasClean(): boolean {
    return this.#members.wasClean;
  }

  get code(): number {
    return this.#members.code;
  }

  get reason(): string {
    return this.#members.reason;
  }
}

/** Gives the classes the shape of interfaces. */
export function installEventKinds(): void {
  shapeInterface(CustomEvent, "CustomEvent", { constructor: 1, initCustomEvent: 1 });
  shapeInterface(ErrorEvent, "ErrorEvent", { constructor: 1 });
  shapeInterface(PromiseRejectionEvent, "PromiseRejectionEvent", { constructor: 2 });
  shapeInterface(MessageEvent, "MessageEvent", { constructor: 1 });
  shapeInterface(CloseEvent, "CloseEvent", { constructor: 1 });
}
