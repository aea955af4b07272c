import { OPERATION } from "../../../host-operations.ts";
import { newBytes, readBytes, readNumber } from "../../machine/values.ts";
import { type Arguments, type HostCall, type HostCallContext, stringOrNothing, textOf } from "./call.ts";

/** How many random bytes a guest gets at a time. */
const MAX_RANDOM = 65_536;
/** The longest JSON of a WebCrypto call, bytes. A JSON Web Key fits in; data travels beside it. */
const MAX_SUBTLE_CALL = 128 * 1024;

/** Random bytes and WebCrypto. */
export const CRYPTOGRAPHY_CALLS: Readonly<Record<number, HostCall>> = {
  [OPERATION.random]: ({ machine, source }, [count]) => {
    const bytes = new Uint8Array(Math.min(Math.max(readNumber(machine, count) || 0, 0), MAX_RANDOM));
    source.fillRandom(bytes);
    return newBytes(machine, bytes);
  },
  [OPERATION.subtle]: callSubtle,
};

function callSubtle(context: HostCallContext, [call, json, ...data]: Arguments): number {
  const { machine, subtle } = context;
  const index = readNumber(machine, call);
  let { room } = subtle;
  const buffers = data.flatMap((value) => {
    const bytes = readBytes(machine, value, room);
    if (typeof bytes === "number") return [undefined];
    room -= bytes?.length ?? 0;
    return bytes === undefined ? [] : [bytes];
  });
  return stringOrNothing(context, subtle.call(index, textOf(context, json, MAX_SUBTLE_CALL), buffers));
}
