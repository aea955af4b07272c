import { shapeInterface } from "../interface.ts";
import { type MessagePort, makePorts } from "./message-port.ts";

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

/** Gives the class the shape of an interface. */
export function installMessageChannel(): void {
  shapeInterface(MessageChannel, "MessageChannel");
}
