import type { JsonValue } from "../../../domain/json.ts";

/** A decision that is made before it is asked for. */
export interface GivenApproval {
  /** @default it answers every question */
  title?: string;
  approved: boolean;
  input?: JsonValue;
  /** Who decides. */
  by: string;
}

/** The decisions of a process. */
export interface ApprovalBox {
  /** Returns the decision about a question. Several for one title are given in order, and the last one again and again. */
  answer(title: string): GivenApproval | undefined;
  /** The decisions that nobody has asked for. */
  unused(): GivenApproval[];
}

/** Creates a box with decisions. */
export function createApprovalBox(given: readonly GivenApproval[]): ApprovalBox {
  const used = new Set<GivenApproval>();
  return {
    answer(title) {
      const fitting = given.filter((one) => one.title === undefined || one.title === title);
      const next = fitting.find((one) => !used.has(one)) ?? fitting.at(-1);
      if (next !== undefined) used.add(next);
      return next;
    },
    unused: () => given.filter((one) => !used.has(one)),
  };
}
