import { dlopen, ptr } from "bun:ffi";
import { connect, type Socket } from "node:net";

/**
 * A port that swallows connection attempts, as a broken route does: a listening socket that accepts nobody and whose
 * queue is full. Linux only.
 */
export async function openDeafPort(address: string, port: number): Promise<{ close(): void }> {
  const { symbols: libc } = dlopen("libc.so.6", {
    socket: { args: ["int", "int", "int"], returns: "int" },
    bind: { args: ["int", "ptr", "u32"], returns: "int" },
    listen: { args: ["int", "int"], returns: "int" },
    close: { args: ["int"], returns: "int" },
  });
  const AF_INET = 2;
  const SOCK_STREAM = 1;
  const octets = address.split(".").map(Number);
  const name = new Uint8Array([AF_INET, 0, port >> 8, port & 0xff, ...octets, 0, 0, 0, 0, 0, 0, 0, 0]);
  const socket = libc.socket(AF_INET, SOCK_STREAM, 0);
  if (libc.bind(socket, ptr(name), name.byteLength) !== 0 || libc.listen(socket, 0) !== 0) {
    throw new Error(`can't listen on ${address}:${port}`);
  }
  const filler: Socket = connect({ host: address, port });
  await new Promise((resolve) => filler.once("connect", resolve));
  return {
    close: () => {
      filler.destroy();
      libc.close(socket);
    },
  };
}
