/** A forward proxy on loopback: plain requests it answers itself, CONNECT it tunnels to one port of loopback. */
export interface TestProxy {
  port: number;
  /** First line and headers of every request. */
  requests: string[];
  stop(): void;
}

type Tunnel = { upstream: Bun.Socket | undefined };

/** Starts a proxy. @param refuse a status line such as "407 Proxy Authentication Required" for every CONNECT */
export function startTestProxy(tunnelPort: number, refuse?: string): TestProxy {
  const requests: string[] = [];
  const listener = Bun.listen<Tunnel>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { upstream: undefined };
      },
      async data(socket, bytes) {
        const { upstream } = socket.data;
        if (upstream !== undefined) return void upstream.write(bytes);
        const text = bytes.toString("latin1");
        requests.push(text);
        if (!text.startsWith("CONNECT ")) {
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied");
        } else if (refuse !== undefined) {
          socket.end(`HTTP/1.1 ${refuse}\r\nContent-Length: 0\r\n\r\n`);
        } else {
          socket.data.upstream = await Bun.connect({
            hostname: "127.0.0.1",
            port: tunnelPort,
            socket: { data: (_, answer) => void socket.write(answer), close: () => void socket.end() },
          });
          socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        }
      },
      close(socket) {
        socket.data.upstream?.end();
      },
    },
  });
  return { port: listener.port, requests, stop: () => listener.stop(true) };
}
