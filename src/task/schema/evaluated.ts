/** Parts of an object or list that keywords have evaluated: the annotations that unevaluated* keywords depend on. */
export interface Evaluated {
  allMembers: boolean;
  readonly members: Set<string>;
  allItems: boolean;
  /** Number of evaluated items from the start. */
  leadingItems: number;
  readonly items: Set<number>;
}

export function newEvaluated(): Evaluated {
  return { allMembers: false, members: new Set(), allItems: false, leadingItems: 0, items: new Set() };
}

/** Adds what a valid subschema has evaluated. */
export function addEvaluated(to: Evaluated | undefined, from: Evaluated | undefined): void {
  if (to === undefined || from === undefined) return;
  to.allMembers ||= from.allMembers;
  to.allItems ||= from.allItems;
  to.leadingItems = Math.max(to.leadingItems, from.leadingItems);
  for (const member of from.members) to.members.add(member);
  for (const item of from.items) to.items.add(item);
}
