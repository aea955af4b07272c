/** What the package of this name replaces where it is missing. A task has it. */
const { AbortController, AbortSignal } = globalThis;

export { AbortController, AbortSignal };
