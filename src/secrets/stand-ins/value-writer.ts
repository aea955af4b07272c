import type { StandIn } from "../../domain/stand-in.ts";

/** Writes values in the form of their place in a text. It belongs to one text, and sees it from its start to its end. */
export interface ValueWriter {
  /** Takes notice of the next part of the text, which stays as it is. */
  pass(text: string): void;
  /** Returns the form of a value at this place. @throws {HttpFailure} `invalid-request` if it can't be there */
  write(standIn: StandIn): string;
}

/** Returns a writer whose form does not depend on what is before a place. */
export function writerOf(write: (standIn: StandIn) => string): ValueWriter {
  return { pass: () => {}, write };
}
