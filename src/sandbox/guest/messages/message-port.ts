import { needArguments, shapeInterface } from "../interface.ts";
import { isObjectOrFunction, toDictionary, toSequence } from "../webidl.ts";
import { base } from "./base.ts";
import { MessageEvent } from "./event-kinds.ts";
import { cloneWithTransfer } from "./structured-clone.ts";
import { ports } from "./transfer.ts";

interface Message {
  value: unknown;
  /** The ports among what was transferred. */
  transferred: object[];
}

const making = { allowed: false };

/** https://html.spec.whatwg.org/#message-ports */
export class MessagePort extends base.EventTarget {
  #other: MessagePort | undefined;
  /** Messages that were not delivered yet. */
  #queue: Message[] = [];
  #started = false;
  /** It was closed or transferred. */
  #detached = false;

  constructor() {
    if (!making.allowed) throw new TypeError("create message ports with a MessageChannel");
    super();
  }

  postMessage(...given: unknown[]): void {
    const other = this.#other;
    needArguments(given, 1, "postMessage");
    const transfer = transferList(given[1]);
    if (transfer.includes(this)) throw new DOMException("a port can't be sent through itself", "DataCloneError");
    const message = cloneWithTransfer(given[0], transfer);
    // A message that takes the other end along has nowhere to arrive.
    if (other === undefined || transfer.includes(other)) return;
    const target = this.#other ?? other;
    target.#queue.push(message);
    if (target.#started) MessagePort.#deliverLater(target);
  }

  start(): void {
    if (this.#started || this.#detached) return;
    this.#started = true;
    for (let i = 0; i < this.#queue.length; i++) MessagePort.#deliverLater(this);
  }

  close(): void {
    const other = this.#other;
    this.#detached = true;
    this.#other = undefined;
    if (other === undefined) return;
    other.#other = undefined;
    base.startTimer(() => void base.fireEvent(other, new base.Event("close")), 0);
  }

  /** Not part of the public interface, like the two below. */
  static entangle(one: MessagePort, other: MessagePort): void {
    one.#other = other;
    other.#other = one;
  }

  static isTransferable(value: object): boolean {
    return #queue in value && !value.#detached;
  }

  static move(from: MessagePort, to: MessagePort): void {
    to.#queue = from.#queue;
    from.#queue = [];
    from.#detached = true;
    const other = from.#other;
    from.#other = undefined;
    if (other !== undefined) entangle(to, other);
  }

  static #deliverLater(port: MessagePort): void {
    base.startTimer(() => {
      // A port that was transferred in the meantime took its messages along.
      for (const { value: data, transferred } of port.#queue.splice(0, 1)) {
        base.fireEvent(port, new MessageEvent("message", { data, ports: transferred }));
      }
    }, 0);
  }
}

const { entangle, isTransferable, move } = MessagePort;

/** Creates a port that is connected to nothing. */
function newPort(): MessagePort {
  making.allowed = true;
  try {
    return new MessagePort();
  } finally {
    making.allowed = false;
  }
}

/** Creates two ports that are connected to each other. */
export function makePorts(): [MessagePort, MessagePort] {
  const made: [MessagePort, MessagePort] = [newPort(), newPort()];
  entangle(...made);
  return made;
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

/** Gives the class the shape of an interface, and makes ports transferable. */
export function installMessagePort(): void {
  ports.makePlaceholder = (item) => (isTransferable(item) ? newPort() : undefined);
  ports.move = (port, placeholder) => move(port as MessagePort, placeholder as MessagePort);
  for (const name of ["entangle", "isTransferable", "move"]) Reflect.deleteProperty(MessagePort, name);
  for (const type of ["message", "messageerror", "close"]) base.defineHandler(MessagePort, type);
  startWithHandler();
  shapeInterface(MessagePort, "MessagePort", { postMessage: 1 });
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
