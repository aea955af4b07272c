/** Where the server listens that runs the tasks. */
export interface OwnServer {
  /** `server.host`, as in a URL. */
  host: string;
  port: number;
}

/** Describes a server. @param host `server.host`: a name or an address, with or without brackets */
export function ownServer(host: string, port: number): OwnServer {
  const bracketed = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return { host: new URL(`http://${bracketed}`).hostname, port };
}
