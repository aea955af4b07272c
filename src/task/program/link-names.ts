/** The names under which a bundle finds what `guest/program-modules.ts` offers. */
export const LINK_NAMES = {
  define: "ratchet$module",
  awaiting: "ratchet$awaiting",
  start: "ratchet$start",
} as const;

/** Where a script with top-level `await` keeps its value. */
export const SCRIPT_VALUE = "ratchet$script.value";
