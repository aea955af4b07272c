/** A request that is refused before it reaches anything of Ratchet's own: its form, its way, or where it came from. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  /**
   * @param status HTTP status, 4xx or 503
   * @param code stable, for machines
   * @param message what was wrong and where
   * @param remedy what to do next, one sentence
   * @param headers further headers of the answer
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly remedy?: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
