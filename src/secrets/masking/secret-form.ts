/** One way in which a value is written. */
export interface SecretForm {
  /** Stable, because it is stored in place of a value: see `stored-input.ts`. */
  id: string;
  text: string;
}
