import { needArguments, shapeInterface } from "../interface.ts";
import { isObjectOrFunction, toDictionary, toSequence } from "../webidl.ts";
import { base } from "./base.ts";
import { MessageEvent } from "./event-kinds.ts";

const making = { allowed: false };

/** https://html.spec.whatwg.org/#message-ports */
export class MessagePort extends base.EventTarget {
  #other: MessagePort | undefined;
  /** Messages that arrived before the port was started. */
  #queue: unknown[] = [];
  #started = false;

  constructor() {
    if (!making.allowed) throw new TypeError("create message ports with a MessageChannel");
    super();
  }

  postMessage(...given: unknown[]): void {
    needArguments(given, 1, "postMessage");
    const transfer = transferList(given[1]);
    if (transfer.includes(this)) throw new DOMException("a port can't be sent through itself", "DataCloneError");
    const data = base.structuredClone(given[0], { transfer });
    const other = this.#other;
    if (other === undefined) return;
    other.#queue.push(data);
    if (other.#started) MessagePort.#deliverLater(other);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (let i = 0; i < this.#queue.length; i++) MessagePort.#deliverLater(this);
  }

  close(): void {
    if (this.#other !== undefined) this.#other.#other = undefined;
    this.#other = undefined;
  }

  /** Not part of the public interface. */
  static entangle(one: MessagePort, other: MessagePort): void {
    one.#other = other;
    other.#other = one;
  }

  static #deliverLater(port: MessagePort): void {
    base.startTimer(() => {
      const [data] = port.#queue.splice(0, 1);
      base.fireEvent(port, new MessageEvent("message", { data }));
    }, 0);
  }
}

const { entangle } = MessagePort;

/** https://html.spec.whatwg.org/#message-channels */
export class MessageChannel {
  readonly #ports = makePorts();

  get port1(): MessagePort {
    return this.#ports[0];
  }

  get port2(): MessagePort {
    return this.#ports[1];
  }
}

function makePorts(): [MessagePort, MessagePort] {
  making.allowed = true;
  try {
    const ports: [MessagePort, MessagePort] = [new MessagePort(), new MessagePort()];
    entangle(...ports);
    return ports;
  } finally {
    making.allowed = false;
  }
}

/** The second argument of postMessage is a list, or an object with one. */
function transferList(given: unknown): unknown[] {
  if (given === undefined || given === null) return [];
  const list =
    isObjectOrFunction(given) && given[Symbol.iterator] !== undefined
      ? given
      : toDictionary(given, "the options").transfer;
  return list === undefined ? [] : toSequence(list, (item) => item, "the transfer list");
}

/** Gives the classes the shape of interfaces. */
export function installMessageChannel(): void {
  Reflect.deleteProperty(MessagePort, "entangle");
  base.defineHandler(MessagePort, "message");
  base.defineHandler(MessagePort, "messageerror");
  startWithHandler();
  shapeInterface(MessagePort, "MessagePort", { postMessage: 1 });
  shapeInterface(MessageChannel, "MessageChannel");
}

/** Setting `onmessage` starts a port, too. */
function startWithHandler(): void {
  const { prototype } = MessagePort;
  const handler = Object.getOwnPropertyDescriptor(prototype, "onmessage");
  const { start } = prototype;
  Object.defineProperty(prototype, "onmessage", {
    ...handler,
    set(this: MessagePort, value: unknown) {
      handler?.set?.call(this, value);
      start.call(this);
    },
  });
}
