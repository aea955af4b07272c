/**
 * Programs of the corpus that do not give the same result in a task as in Bun, with the reason. The list only shrinks:
 * a test fails when one of them gives the right result.
 */
export const KNOWN_FAILURES: Readonly<Record<string, string>> = {};
