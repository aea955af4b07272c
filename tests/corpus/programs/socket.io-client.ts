import { io } from "socket.io-client";

export default async function ({ url }: { url: string }) {
  const socket = io(url, { path: "/socket.io", transports: ["websocket"], reconnection: false });
  const noted: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on("connect_error", reject);
    socket.on("connect", () => {
      noted.push(["connect", socket.id]);
      socket.emit("greet", "Ada", { list: [1, 2] });
    });
    socket.on("greeting", (...values) => {
      noted.push(["greeting", ...values]);
      resolve();
    });
  });
  const answer = await socket.timeout(2_000).emitWithAck("ask", 42);
  socket.disconnect();
  return { noted, answer, connected: socket.connected };
}
