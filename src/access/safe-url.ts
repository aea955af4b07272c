/**
 * Returns true if nobody on the network can read or change what is sent to the URL: it uses TLS, or it stays on this
 * machine.
 */
export function isSafeUrl(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

/** @param hostname as a URL contains it: in lower case, with numbers in their usual notation */
function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}
