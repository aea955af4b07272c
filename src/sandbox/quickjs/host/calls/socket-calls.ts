import { OPERATION } from "../../../host-operations.ts";
import { readBytes, readNumber, readString } from "../../machine/values.ts";
import { type Arguments, type HostCall, type HostCallContext, nothing, stringOrNothing, textOf } from "./call.ts";

/** The longest address with its subprotocols as JSON, bytes. */
const MAX_OPENING = 128 * 1024;
/** The longest reason of a close frame, bytes. */
const MAX_REASON = 123;

/** The guest's WebSocket. */
export const SOCKET_CALLS: Readonly<Record<number, HostCall>> = {
  [OPERATION.openSocket]: (context, [socket, opening]) => {
    const index = readNumber(context.machine, socket);
    return stringOrNothing(context, context.sockets.open(index, textOf(context, opening, MAX_OPENING)));
  },
  [OPERATION.sendSocket]: send,
  [OPERATION.closeSocket]: (context, [socket, code, reason]) => {
    const given = readNumber(context.machine, code);
    const isCode = given === 1000 || (given >= 3000 && given <= 4999);
    const text = textOf(context, reason, MAX_REASON);
    context.sockets.close(readNumber(context.machine, socket), isCode ? given : undefined, text);
    return nothing(context);
  },
  [OPERATION.socketBuffered]: ({ machine, sockets }, [socket]) =>
    machine.exports.qjs_new_number(sockets.buffered(readNumber(machine, socket))),
};

function send(context: HostCallContext, [socket, data]: Arguments): number {
  const { machine, sockets } = context;
  const { room } = sockets;
  const bytes = readBytes(machine, data, room);
  const message = bytes ?? readString(machine, data, room);
  if (typeof message === "number") sockets.refuse(message);
  else if (message instanceof Uint8Array) sockets.send(readNumber(machine, socket), message);
  else if (message !== undefined && message.bytes > room) sockets.refuse(message.bytes);
  else if (message !== undefined) sockets.send(readNumber(machine, socket), message.text);
  return nothing(context);
}
