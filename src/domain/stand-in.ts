/** What a task gets in place of a secret that may only be sent to certain hosts. */
export interface StandIn {
  /** Name of the secret. */
  name: string;
  /** A random text of letters, digits and underscores. Nothing encodes it differently, except base64. */
  text: string;
  value: string;
  /** Requests to these hosts get the value: names or addresses, each with an optional port. */
  hosts: readonly string[];
}
