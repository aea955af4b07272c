/** Returns true if the request comes from a page of this server. @param isSecure whether the client sent it over TLS */
export function isOwnOrigin(origin: string, host: string | null, isSecure: boolean): boolean {
  return host !== null && origin === `${isSecure ? "https" : "http"}://${host}`;
}
