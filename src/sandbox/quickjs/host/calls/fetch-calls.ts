import { isUtf8 } from "node:buffer";
import { OPERATION } from "../../../host-operations.ts";
import { bomLength, newBytes, newString, readBytes, readNumber, readUtf8 } from "../../machine/values.ts";
import { newBodyString } from "../text-decoding.ts";
import { type Arguments, type HostCall, type HostCallContext, nothing, stringOrNothing, textOf } from "./call.ts";

/** The longest request without its body, bytes. */
const MAX_HEAD = 128 * 1024;

/** The longest piece of a request's body, bytes. */
const MAX_PIECE = 64 * 1024;

/** The guest's fetch. */
export const FETCH_CALLS: Readonly<Record<number, HostCall>> = {
  [OPERATION.fetch]: send,
  [OPERATION.unsentFetch]: (context) => {
    context.fetches.unsent = true;
    return nothing(context);
  },
  [OPERATION.awaitFetch]: (context, [fetch, dropped]) => {
    const { machine, fetches } = context;
    const index = readNumber(machine, fetch);
    const isDropped = readNumber(machine, dropped) === 1;
    const take = (report: string) => {
      if (isDropped) fetches.dropBody(index);
      return newString(machine, report);
    };
    const report = fetches.report(index);
    return typeof report === "string" ? take(report) : context.suspend(report).then(take);
  },
  [OPERATION.readFetch]: (context, [fetch, all]) => {
    context.fetches.read(readNumber(context.machine, fetch), readNumber(context.machine, all) === 1);
    return nothing(context);
  },
  [OPERATION.fetchText]: (context, [fetch]) =>
    readBody(context, fetch, (body) => ({
      handle: newBodyString(context.machine, body),
      // A text that says everything the bytes say takes their place.
      spent: isUtf8(body) && bomLength(body) === 0,
    })),
  [OPERATION.fetchBytes]: (context, [fetch, dropped]) =>
    readBody(context, fetch, (body) => ({
      handle: newBytes(context.machine, body),
      spent: readNumber(context.machine, dropped) === 1,
    })),
  [OPERATION.uploadPiece]: (context, [fetch, bytes]) => {
    const piece = readBytes(context.machine, bytes, MAX_PIECE);
    if (typeof piece === "number") return newString(context.machine, "the piece is too long");
    context.fetches.upload(readNumber(context.machine, fetch), piece);
    return nothing(context);
  },
  [OPERATION.abortFetch]: (context, [fetch]) => {
    context.fetches.abort(readNumber(context.machine, fetch));
    return nothing(context);
  },
};

function send(context: HostCallContext, [fetch, head, body]: Arguments): number {
  const { machine } = context;
  const readBody = (maxBytes: number) =>
    readBytes(machine, body, maxBytes) ?? readUtf8(machine, body, maxBytes, (utf8) => utf8.slice());
  const problem = context.fetches.send(readNumber(machine, fetch), textOf(context, head, MAX_HEAD), readBody);
  return stringOrNothing(context, problem);
}

/** Copies a body into the guest, and lets go of it if the guest will not ask again. Undefined if it is gone. */
function readBody(
  context: HostCallContext,
  fetch: number | undefined,
  copy: (body: Uint8Array) => { handle: number; spent: boolean },
): number {
  const index = readNumber(context.machine, fetch);
  const body = context.fetches.body(index);
  if (body === undefined) return nothing(context);
  const { handle, spent } = copy(body);
  if (spent) context.fetches.dropBody(index);
  return handle;
}
