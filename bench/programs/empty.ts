/** The least that a compiled Bun program is. */
export {};
