import { OPERATION } from "../../../host-operations.ts";
import { keepBytes, newString, readNumber, readString, throwInGuest } from "../../machine/values.ts";
import { type Arguments, type HostCall, type HostCallContext, textOf } from "./call.ts";

/** The longest locales and options of a service as JSON, bytes. */
const MAX_SERVICE = 64 * 1024;
/** The longest arguments of a call as JSON, bytes. The time of one call grows with them, and nothing interrupts it. */
const MAX_ARGUMENTS = 2 * 1024 * 1024;
/** The longest name of a method, bytes. */
const MAX_NAME = 64;

/** Intl and time zones, which are the host's own, and the parts of the guest API that use them. */
export const INTL_CALLS: Readonly<Record<number, HostCall>> = {
  [OPERATION.loadPart]: loadPart,
  [OPERATION.intl]: callIntl,
  [OPERATION.timeZone]: (context, [time]) => {
    const span = context.intl.zoneSpan(readNumber(context.machine, time));
    chargeTime(context);
    return newString(context.machine, span);
  },
};

/** Evaluates a part's bytecode. @returns the handle of the function that runs the part */
function loadPart({ machine, parts }: HostCallContext, [index]: Arguments): number {
  const bytes = parts(readNumber(machine, index));
  if (bytes === undefined) return throwInGuest(machine, "the guest API has no such part");
  const { exports } = machine;
  const pointer = keepBytes(machine, bytes);
  const handle = exports.qjs_eval_bytecode(pointer, bytes.length);
  exports.wasm_free(pointer);
  return exports.qjs_is_exception(handle) === 0 ? handle : 0;
}

function callIntl(context: HostCallContext, [name, service, values]: Arguments): number {
  const { machine, intl } = context;
  const given = readString(machine, values, MAX_ARGUMENTS);
  const result =
    given === undefined || given.bytes > MAX_ARGUMENTS
      ? intl.tooLong(MAX_ARGUMENTS)
      : intl.call(textOf(context, name, MAX_NAME), textOf(context, service, MAX_SERVICE), given.text);
  chargeTime(context);
  return newString(machine, result);
}

/** The guest's time passes while the host works for it: the guest is asked to look at its limits with its next step. */
function chargeTime({ machine }: HostCallContext): void {
  machine.hooks?.checkpoint();
  machine.exports.ratchet_counter.value = 0;
}
