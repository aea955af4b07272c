/** What a verification looks at. */
export interface SignedRequest {
  headers: Headers;
  /** The bytes as they arrived: any other form of the body has another signature. */
  body: Uint8Array;
  /** When it arrived, ms since the epoch. */
  receivedAt: number;
}

/**
 * Why a delivery is refused, as a sentence for people: what is missing or wrong, never what would have been right.
 * undefined if the delivery is genuine.
 */
export type Refusal = string | undefined;
