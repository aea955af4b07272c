import { dlopen, FFIType, ptr } from "bun:ffi";

// Constants of Linux: socket(2), unix(7), send(2).
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2_000_000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** Size of `sun_path`. */
const PATH_BYTES = 108;

/** The names of the C library, the usual one first. */
const LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

const SYMBOLS = {
  socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  sendto: {
    args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32, FFIType.ptr, FFIType.u32],
    returns: FFIType.i64,
  },
  close: { args: [FFIType.i32], returns: FFIType.i32 },
} as const;

/** Sends datagrams to a Unix socket. */
export interface DatagramSender {
  /** Sends a text. It does not wait. @returns false if nobody receives it */
  send(text: string): boolean;
  close(): void;
}

/**
 * Opens a socket for datagrams to a Unix socket, for which neither Bun nor node:dgram has anything. Linux only.
 * @param address a path, or a name in the abstract namespace that begins with `@`
 * @throws {Error} if the address is too long, or if there is no C library or no socket
 */
export function openDatagramSender(address: string): DatagramSender {
  const { name, length } = socketAddress(address);
  const { symbols, close } = openLibrary();
  const socket = symbols.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) {
    close();
    throw new Error("no socket could be opened");
  }
  return {
    send(text) {
      const bytes = new TextEncoder().encode(text);
      const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
      return Number(symbols.sendto(socket, ptr(bytes), bytes.length, flags, ptr(name), length)) === bytes.length;
    },
    close() {
      symbols.close(socket);
      close();
    },
  };
}

function openLibrary() {
  for (const name of LIBRARIES) {
    try {
      return dlopen(name, SYMBOLS);
    } catch {
      // The next one may be there.
    }
  }
  throw new Error("there is no C library");
}

/** A `sockaddr_un`: the family in the byte order of the machine, and the path, which ends with a zero unless it is abstract. */
function socketAddress(address: string): { name: Uint8Array; length: number } {
  const isAbstract = address.startsWith("@");
  const path = new TextEncoder().encode(isAbstract ? `\0${address.slice(1)}` : `${address}\0`);
  if (path.length > PATH_BYTES) throw new Error(`the address of the socket is longer than ${PATH_BYTES - 1} bytes`);
  const name = new Uint8Array(2 + path.length);
  new Uint16Array(name.buffer, 0, 1)[0] = AF_UNIX;
  name.set(path, 2);
  return { name, length: name.length };
}
