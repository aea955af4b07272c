import { DURABLE_LIMITS } from "../../../../domain/durable.ts";
import { OPERATION } from "../../../host-operations.ts";
import { newString, readNumber, readString } from "../../machine/values.ts";
import type { EndedStep } from "../durable/durable-context.ts";
import type { GuestDurable } from "../durable/guest-durable.ts";
import { type Arguments, type HostCall, type HostCallContext, nothing, stringOrNothing } from "./call.ts";

/** Said of a method in an execution that is not a durable run. */
const NO_RUN = "durable methods of the context have nothing here that could carry them out";

/** The durable methods of the context. */
export const DURABLE_CALLS: Readonly<Record<number, HostCall>> = {
  [OPERATION.durable]: (context, [request]) =>
    withRun(context, request, (durable, json) => {
      const asked = durable.ask(json);
      return typeof asked === "string"
        ? newString(context.machine, asked)
        : context.machine.exports.qjs_new_number(asked);
    }),
  [OPERATION.beginStep]: (context, [request]) =>
    withRun(context, request, (durable, json) => newString(context.machine, durable.beginStep(json)), "!"),
  [OPERATION.pauseStep]: (context) => {
    context.durable?.context.steps.pause();
    return nothing(context);
  },
  [OPERATION.runStep]: (context, [step, attempts]) => {
    const { machine, durable } = context;
    durable?.runStep(readNumber(machine, step), readNumber(machine, attempts));
    return nothing(context);
  },
  [OPERATION.endStep]: (context, [step, late, request, result, attempts, delay]) => {
    const { machine } = context;
    return withRun(context, request, (durable, json) => {
      const text = readString(machine, result, DURABLE_LIMITS.journalBytes)?.text ?? "";
      const ended: EndedStep = { json: { request: json, result: text }, isLate: readNumber(machine, late) === 1 };
      const delayMs = readNumber(machine, delay);
      if (delayMs >= 0) ended.again = { attempts: readNumber(machine, attempts), delayMs };
      return stringOrNothing(context, durable.endStep(readNumber(machine, step), ended));
    });
  },
  [OPERATION.withdraw]: (context, [operation]) => {
    context.durable?.withdraw(readNumber(context.machine, operation));
    return nothing(context);
  },
  [OPERATION.writeItem]: (context, [item]) =>
    withRun(context, item, (durable, json) => context.machine.exports.qjs_new_number(durable.write(json))),
  [OPERATION.readRows]: (context, [taken]) => {
    const { machine, durable } = context;
    // Guests of older versions do not say what they have taken.
    const from = readNumber(machine, taken) || 0;
    return stringOrNothing(context, durable === undefined ? NO_RUN : durable.rows.ask(from));
  },
  [OPERATION.openStream]: (context) => {
    context.durable?.openStream();
    return stringOrNothing(context, context.durable === undefined ? NO_RUN : undefined);
  },
  [OPERATION.closeRows]: (context, [rows]) => {
    context.durable?.rows.close(readNumber(context.machine, rows));
    return nothing(context);
  },
  [OPERATION.renew]: (context, [input]) =>
    withRun(context, input, (durable, json) => {
      durable.renew(json);
      context.renewed();
      return nothing(context);
    }),
};

/** @param mark what the text that says what is wrong begins with */
function withRun(
  context: HostCallContext,
  value: Arguments[number],
  use: (durable: GuestDurable, json: string) => number,
  mark = "",
): number {
  const { machine, durable } = context;
  if (durable === undefined) return newString(machine, mark + NO_RUN);
  const json = readString(machine, value, DURABLE_LIMITS.journalBytes);
  if (json === undefined) return newString(machine, `${mark}the operation can't be read`);
  if (json.text === "" && json.bytes > 0) return newString(machine, `${mark}the operation is too large`);
  return use(durable, json.text);
}
