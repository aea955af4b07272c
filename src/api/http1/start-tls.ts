import { malformed } from "./grammar.ts";
import { responseBytes } from "./response-bytes.ts";

/** A certificate with its private key, as PEM texts. */
export interface TlsCredentials {
  /** The certificate, followed by the intermediate ones. */
  cert: string;
  key: string;
}

/** Bun can also start TLS as the server, which its types do not say. */
type UpgradeOptions<T> = Bun.TLSUpgradeOptions<T> & { isServer: true };

/** A TLS handshake begins with this byte (RFC 8446, section 5.1). */
const HANDSHAKE = 0x16;

/**
 * Returns handlers for the TCP sockets of a listener, which start TLS on each. So the listener stays open when the
 * certificate changes: new connections get the new one, and none is lost.
 * @param handlers get what is inside TLS
 */
export function startTls<T>(
  handlers: Bun.SocketHandler<T | undefined>,
  credentials: () => TlsCredentials,
): Bun.SocketHandler<T | undefined> {
  /** Sockets that have sent nothing yet. */
  const silent = new WeakSet<object>();
  return {
    open(socket) {
      const options: UpgradeOptions<T | undefined> = {
        isServer: true,
        tls: credentials(),
        socket: handlers,
        data: undefined,
      };
      const [raw] = socket.upgradeTLS<T | undefined>(options);
      silent.add(raw);
    },
    // Gets the bytes as they arrive, encrypted. A plain request gets a response that says what is wrong.
    data(socket, bytes) {
      if (silent.delete(socket) && bytes[0] !== HANDSHAKE) socket.write(responseBytes(plainRequest()));
    },
    error() {},
  };
}

function plainRequest() {
  return malformed("The client sent plain HTTP to a port that speaks TLS.", "Use https:// instead of http://.");
}
