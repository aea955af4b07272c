import type { HttpBodyReader, HttpRequest } from "./http.ts";

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

/** Puts the values of secrets into the requests of an execution that has stand-ins. */
export interface SecretSubstitution {
  /**
   * Returns a request with the values that may go to its host, and what hides them again; undefined if none may.
   * @throws {HttpFailure} `invalid-request` if a value can't be sent where its stand-in is
   */
  insert(request: HttpRequest): { request: HttpRequest; hider: ValueHider } | undefined;
}

/** Replaces the values in what comes back by their stand-ins. */
export interface ValueHider {
  text(text: string): string;
  bytes(bytes: Uint8Array): Uint8Array;
  stream(stream: HttpBodyReader): HttpBodyReader;
}
