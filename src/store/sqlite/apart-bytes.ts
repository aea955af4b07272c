/** A longer input is apart from its execution, because each update of a row rewrites all of it; in bytes. */
export const APART_BYTES = 16 * 1024;
