import { join } from "node:path";
import { ATTACKS, type Attack, writeAttackTasks } from "./attacks.ts";
import { atMost, type Benchmark, figure, type Row } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";

/** /health may never take longer, ms. */
const BAR_MS = 100;
/** After all attacks the server has so long to give memory back, ms, and may then have so much, MB. */
const REST_MS = 60_000;
const BAR_MB = 400;

/** The longest time that /health took during an attack, asked for by another process. */
async function worstDuring(server: ServerProcess, attack: Attack): Promise<number> {
  const probe = Bun.spawn([process.execPath, join(import.meta.dir, "programs/health-probe.ts"), server.url], {
    stdin: "pipe",
    stdout: "pipe",
  });
  const lines = probe.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await lines.read();
  await attack.run(server);
  probe.stdin.end();
  let written = "";
  for (let chunk = await lines.read(); !chunk.done; chunk = await lines.read()) written += chunk.value;
  return Number(JSON.parse(written).worst);
}

/** Whether a server answers others while tasks and requests make it work. */
export const benchmark: Benchmark = {
  title: "Responsiveness under attack",
  async run() {
    const server = await startServer(newFolder(writeAttackTasks));
    const rows: Row[] = [];
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, server.residentBytes());
    }, 20);
    for (const attack of ATTACKS) {
      peak = 0;
      const worst = await worstDuring(server, attack);
      const value = `${figure(worst, "ms")} (memory at most ${figure(peak / 1e6, "MB")})`;
      rows.push({ measure: `/health at worst: ${attack.name}`, value, bar: atMost(worst, BAR_MS, "ms") });
    }
    clearInterval(watch);
    const end = performance.now() + REST_MS;
    while (performance.now() < end && server.residentBytes() / 1e6 > BAR_MB) await Bun.sleep(500);
    const rested = server.residentBytes() / 1e6;
    rows.push({
      measure: "resident memory within a minute after all of them",
      value: figure(rested, "MB"),
      bar: atMost(rested, BAR_MB, "MB"),
    });
    await server.stop();
    return {
      method:
        "Each attack runs against one server while another process requests /health every 5 ms. The value is the longest response time. Both share the machine's processors with the attack.",
      rows,
    };
  },
};
