/** What an engine reports of itself while it runs, for metrics. */
export interface EngineTally {
  /** A machine was reset to the image of its program, or to that of a machine without a program. */
  reset(image: "program" | "base"): void;
  /** How much memory is kept for later executions, bytes: idle machines, or images of programs. */
  keeps(what: "machines" | "images", bytes: number): void;
}
