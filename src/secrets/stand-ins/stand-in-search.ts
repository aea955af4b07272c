import { HttpFailure } from "../../domain/http.ts";
import type { StandIn } from "../../domain/stand-in.ts";
import { base64Forms } from "../masking/base64-forms.ts";
import { Finder, type Found, type SearchBudget, SlowSearch } from "../masking/finder.ts";

/** A stand-in as it is found in a text. */
export interface WrittenStandIn {
  standIn: StandIn;
  /** Inside base64: how many characters of its first group are before it. Undefined if it is plain. */
  offset: number | undefined;
}

/** Characters of the group before a text that begins after 0, 1 or 2 bytes of it. */
const OFFSETS = [0, 2, 3];

/** What finding the stand-ins of a request may cost, in characters that are compared: about 50 ms. */
const MAX_COMPARED = 10_000_000;

/** Finds stand-ins, plain and inside base64, in one pass over a text. */
export class StandInSearch {
  readonly all: Finder<WrittenStandIn> = new Finder<WrittenStandIn>();
  readonly #plain = new Finder<WrittenStandIn>();

  constructor(readonly standIns: readonly StandIn[]) {
    for (const standIn of standIns) {
      this.#plain.add(standIn.text, { standIn, offset: undefined });
      this.all.add(standIn.text, { standIn, offset: undefined });
    }
    for (const standIn of standIns) {
      for (const { form, offset } of encodedForms(standIn)) this.all.add(form, { standIn, offset });
    }
  }

  /** Returns what one request's searches may cost together. */
  static budget(): SearchBudget {
    return { left: MAX_COMPARED };
  }

  /**
   * Returns the first stand-in at or after an index.
   * @param only `plain` leaves out those inside base64
   * @throws {HttpFailure} `invalid-request` if the text was made to be slow to search
   */
  find(
    text: string,
    from: number,
    { budget, before, only }: { budget: SearchBudget; before?: number; only?: "plain" },
  ): Found<WrittenStandIn> | undefined {
    try {
      return (only === "plain" ? this.#plain : this.all).find(text, from, { budget, before: before ?? text.length });
    } catch (error) {
      if (!(error instanceof SlowSearch)) throw error;
      const message = "the request has too many texts that look like stand-ins of secrets";
      throw new HttpFailure("invalid-request", message, { cause: error });
    }
  }
}

function encodedForms({ text }: StandIn): { form: string; offset: number }[] {
  return base64Forms("", text).flatMap(({ id, text: form }) => {
    const [, before] = /^b64-(\d)(?:-url)?$/.exec(id) ?? [];
    return before === undefined ? [] : [{ form, offset: OFFSETS[Number(before)] ?? 0 }];
  });
}
