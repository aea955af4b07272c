/** How an operation ended. */
export interface OperationResult {
  ok: boolean;
  /** JSON of a `DurableResult`, as the host stores it. */
  text: string;
}
