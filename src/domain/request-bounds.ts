/** Bounds of what callers can ask for. The doors describe them, and the services check them. */

/** Maximum length of the note of a pause, in characters. */
export const LONGEST_NOTE = 1_000;

/** Maximum length of an exact version of a task, in characters. */
export const LONGEST_VERSION = 256;

/** Maximum length of an error code in a filter, in characters. */
export const LONGEST_ERROR_CODE = 100;
