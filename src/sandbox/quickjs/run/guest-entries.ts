import type { ShareableText } from "../../../domain/shared-text.ts";
import type { GuestStart } from "../../guest/main.ts";
import { LOADING_FAILED } from "../../host-operations.ts";
import type { Delivery } from "../host/deliveries.ts";
import type { EntryPoints } from "../machine/image.ts";
import type { Machine } from "../machine/machine.ts";
import { callGuest, newBytes, newString, newText, readString } from "../machine/values.ts";

/** Calls the guest API's entry functions in one machine. */
export class GuestEntries {
  constructor(
    private readonly machine: Machine,
    private readonly entries: EntryPoints,
  ) {}

  /** Calls the task's function. @returns the handle of the output's JSON, of an exception, or of undefined */
  start(inputJson: ShareableText, start: GuestStart): Promise<number> {
    const values = [newText(this.machine, inputJson), newString(this.machine, JSON.stringify(start))];
    return callGuest(this.machine, this.entries.start, values);
  }

  /** Prepares the guest for its program. @returns the handle of an exception, or of undefined */
  prepare(hasTimeZone: boolean, throwHttpErrors: boolean): Promise<number> {
    const { exports } = this.machine;
    const values = [exports.qjs_new_number(hasTimeZone ? 1 : 0), exports.qjs_new_number(throwHttpErrors ? 1 : 0)];
    return callGuest(this.machine, this.entries.prepare, values);
  }

  /** Asks what a program that awaits something at its top level has come to: see STILL_LOADING. */
  async loaded(): Promise<string> {
    return readString(this.machine, await callGuest(this.machine, this.entries.loaded, []))?.text ?? LOADING_FAILED;
  }

  /** Hands one thing to the guest. @returns the guest's description of the exception that came out of it, if one did (of a timer's callback) */
  async deliver({ kind, index, text, bytes, delivered }: Delivery): Promise<string | undefined> {
    const { machine } = this;
    const { exports } = machine;
    const textHandle = text === undefined ? exports.qjs_get_undefined() : newString(machine, text);
    const bytesHandle = bytes === undefined ? exports.qjs_get_undefined() : newBytes(machine, bytes);
    delivered?.();
    const values = [exports.qjs_new_number(kind), exports.qjs_new_number(index), textHandle, bytesHandle];
    const handle = await callGuest(machine, this.entries.deliver, values);
    const thrown = exports.qjs_is_exception(handle) !== 0;
    const description = thrown ? ((await this.describe(exports.qjs_get_exception())) ?? "") : undefined;
    exports.qjs_free_value(handle);
    return description;
  }

  /** Returns the description of a failed call of fetch whose response the task never looked at, if there is one. */
  async unobserved(): Promise<string | undefined> {
    return readString(this.machine, await callGuest(this.machine, this.entries.unobserved, []))?.text;
  }

  /** Has the guest describe an error as JSON. @returns undefined if it can't */
  async describe(error: number): Promise<string | undefined> {
    return readString(this.machine, await callGuest(this.machine, this.entries.describe, [error]))?.text;
  }
}
