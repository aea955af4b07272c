import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { NORMAL_PAGES, RATCHET, temporaryFolder } from "../support/ratchet.ts";

const LIMIT_MB = 64;
/** What the process may have beside the guest's memory: itself, its compiled code, what the host holds for the guest. */
const BESIDE_MB = 60;
/**
 * Programs that only compute for a while have the engine's hottest functions compiled by the run time's slowest compiler,
 * which takes some 22 MB while it does (Bun 1.4.5).
 */
const COMPILER_MB = 24;

/**
 * Programs that fill their memory, and programs that have the host hold something for them. `copyMb`: what the host
 * copies, which on a machine that is busy may be there once more until its collector has come by.
 */
const PROGRAMS: Readonly<Record<string, { code: string; exit: number; busy?: boolean; copyMb?: number }>> = {
  arrays: { code: "() => { const a = []; for (;;) a.push(new Array(1000).fill(a.length)); }", exit: 5, busy: true },
  texts: { code: "() => { let s = 'ü'; for (;;) { s = s + s + 'x'; s.charCodeAt(s.length >> 1); } }", exit: 5 },
  buffers: { code: "() => { const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1)); }", exit: 5 },
  maps: { code: "() => { const m = new Map(); for (let i = 0; ; i++) m.set(i, { i }); }", exit: 5, busy: true },
  timers: { code: "() => { for (;;) setTimeout(() => {}, 60_000); }", exit: 1, busy: true },
  rejections: { code: "() => { for (;;) Promise.reject(1); }", exit: 1, busy: true },
  "texts decoded": {
    code: "() => { const b = new Uint8Array(1.8e7).fill(0x61); for (let i = 0; i < 5; i++) new TextDecoder().decode(b); }",
    exit: 0,
  },
  "texts encoded": {
    code: "() => { const s = 'ü'.repeat(7e6); for (let i = 0; i < 5; i++) new TextEncoder().encode(s); }",
    exit: 0,
  },
  digests: {
    code: "async () => { const b = new Uint8Array(1.5e7); for (let i = 0; i < 8; i++) await crypto.subtle.digest('SHA-256', b); }",
    exit: 0,
    copyMb: 15,
  },
  ciphers: {
    code: "async () => { const { subtle } = crypto; const key = await subtle.generateKey({ name: 'AES-CTR', length: 128 }, false, ['encrypt']); const b = new Uint8Array(8e6); for (let i = 0; i < 30; i++) await subtle.encrypt({ name: 'AES-CTR', counter: new Uint8Array(16), length: 64 }, key, b); }",
    exit: 0,
    copyMb: 32,
  },
  keys: {
    code: "async () => { const { subtle } = crypto; const b = new Uint8Array(65_536); for (let i = 0; i < 2_000; i++) await subtle.importKey('raw', b, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']).catch(() => 0); }",
    exit: 0,
    copyMb: 32,
  },
  "digests at once": {
    code: "async () => { const b = new Uint8Array(1e6); await Promise.all(Array.from({ length: 200 }, () => crypto.subtle.digest('SHA-256', b).catch(() => 0))); }",
    exit: 0,
  },
  URLs: {
    code: "() => { for (let i = 0; i < 50; i++) { try { new URL('http://a.test/' + 'ü'.repeat(60_000 * (1 + (i % 2)))); } catch {} } }",
    exit: 0,
  },
  "empty lines": { code: "() => { for (;;) console.log(); }", exit: 5, busy: true },
  "random bytes": {
    code: "() => { for (let i = 0; i < 2_000; i++) crypto.getRandomValues(new Uint8Array(65_536)); }",
    exit: 0,
  },
};

/** How long a program may run, ms. */
const PROGRAM_MS = 110_000;

/** Runs a program in a process of its own, and watches the largest memory it has, MB. */
async function peakOf(folder: string, code: string): Promise<{ exit: number; peakMb: number }> {
  mkdirSync(folder);
  writeFileSync(join(folder, "main.js"), code);
  writeFileSync(
    join(folder, "metadata.json"),
    JSON.stringify({ uuid: crypto.randomUUID(), version: "1.0.0", label: "hungry", description: "Takes memory." }),
  );
  for (const side of ["input", "output"]) writeFileSync(join(folder, `${side}.schema.json`), "{}");
  const command = [
    RATCHET,
    "run-once",
    "--no-config",
    "--from-fs",
    folder,
    "--memory",
    `${LIMIT_MB}MB`,
    "--timeout",
    "100s",
  ];
  const child = Bun.spawn(command, {
    env: { ...process.env, ...NORMAL_PAGES },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  let peakMb = 0;
  // The system's own record of the largest size; what it says after the end begins with the parent's.
  await eventually(() => {
    try {
      const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
      peakMb = Math.max(peakMb, Number(kilobytes ?? 0) / 1024);
    } catch {
      // the process has just ended
    }
    return child.exitCode !== null || child.signalCode !== null;
  }, PROGRAM_MS);
  return { exit: await child.exited, peakMb };
}

describe.skipIf(process.platform !== "linux")(`a process whose guest may have ${LIMIT_MB} MB`, () => {
  for (const [name, { code, exit, busy, copyMb = 0 }] of Object.entries(PROGRAMS)) {
    const most = LIMIT_MB + BESIDE_MB + (busy === true ? COMPILER_MB : 0) + copyMb;
    test(`stays under ${most} MB with ${name}`, async () => {
      using folder = temporaryFolder();
      const result = await peakOf(join(folder.path, "task"), code);
      expect(result.exit).toBe(exit);
      expect(result.peakMb).toBeGreaterThan(20);
      expect(result.peakMb).toBeLessThan(most);
    }, 120_000);
  }
});
