import { OPERATION } from "../../../host-operations.ts";
import { newBytes, newString, readBytes, readNumber } from "../../machine/values.ts";
import { type HostCall, nothing } from "./call.ts";

/** The most input of one step, bytes. */
const MAX_INPUT = 64 * 1024;

/** Compression and decompression, which are the host's own. */
export const COMPRESSION_CALLS: Readonly<Record<number, HostCall>> = {
  [OPERATION.openCompression]: ({ machine, compression }, [format]) =>
    machine.exports.qjs_new_number(compression.open(readNumber(machine, format))),
  [OPERATION.compress]: ({ machine, compression }, [index, bytes, finish]) => {
    const input = readBytes(machine, bytes, MAX_INPUT);
    if (!(input instanceof Uint8Array)) return newString(machine, "the input of a step is too long");
    const result = compression.step(readNumber(machine, index), input, readNumber(machine, finish) === 1);
    // The guest's time passes while the host works for it.
    machine.hooks?.checkpoint();
    machine.exports.ratchet_counter.value = 0;
    return typeof result === "string" ? newString(machine, result) : newBytes(machine, result);
  },
  [OPERATION.closeCompression]: (context, [index]) => {
    context.compression.close(readNumber(context.machine, index));
    return nothing(context);
  },
};
