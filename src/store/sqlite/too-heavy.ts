/** Thrown by work that would take too long on this thread. It is undone, and done again by the store thread. */
export class TooHeavy extends Error {
  override readonly name = "TooHeavy";
}
