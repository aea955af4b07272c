/** Maximum length of a target in the audit log. */
export const LONGEST_TARGET = 300;

/**
 * Returns the target of an operation whose path does not contain it, from the parameters of the path and the members of the body, or the arguments of the
 * field; undefined as long as they are not known.
 */
export type TargetOf = (values: Readonly<Record<string, unknown>>) => string | undefined;

/** Returns the target for something that has a name of its own, such as `keys/ci`. @param collection the path of its siblings */
export function namedTarget(collection: string, name: unknown): string | undefined {
  return isGiven(name) ? bounded(`${collection}/${name}`) : undefined;
}

/** The decision about an approval: the log has both kinds apart. */
export const approvalTarget: TargetOf = ({ id, decision }) =>
  isGiven(id) && isGiven(decision) ? bounded(`approvals/${id}/${decision}`) : undefined;

/** The part of the queue that is paused, resumed or limited: one task, one key, each key, or all of it. */
export const queueTarget: TargetOf = ({ task, key, anyKey }) => {
  if (isGiven(task)) return bounded(`queue/tasks/${task}`);
  if (isGiven(key)) return bounded(`queue/keys/${key}`);
  return anyKey === true ? "queue/keys" : undefined;
};

const isGiven = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";

const bounded = (target: string): string => target.slice(0, LONGEST_TARGET);
