import { defined } from "../../lib/defined.ts";

/** What an {@link HttpError} may have besides its message. */
export interface HttpErrorDetails {
  /** What to do next, in one sentence. */
  remedy?: string;
  /** Further headers of the response. */
  headers?: Readonly<Record<string, string>>;
}

/** A request that is rejected before it reaches a service: for its form, its size, its route or its origin. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly remedy?: string;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status HTTP status, 4xx or 5xx
   * @param code stable, for programs
   * @param message what was wrong and where
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    { remedy, headers = {} }: HttpErrorDetails = {},
  ) {
    super(message);
    Object.assign(this, defined({ remedy }));
    this.headers = headers;
  }
}
