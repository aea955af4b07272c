/** One way in which a value is written. */
export interface SecretForm {
  /** Names the form where a text is stored in its place: see `stored-input.ts`. */
  id: string;
  text: string;
}
