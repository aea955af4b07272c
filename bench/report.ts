import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

/** One line of a benchmark's table. */
export interface Row {
  measure: string;
  /** With its unit. */
  value: string;
  /** What it must be, when something is demanded: the text, and whether it is so. */
  bar?: { demand: string; met: boolean };
}

/** What a benchmark found. */
export interface Findings {
  rows: Row[];
  /** How it was measured, in sentences. */
  method: string;
  /** What was compared with, and in which version. */
  versions?: Record<string, string>;
}

/** A benchmark: a file of this folder exports one as `benchmark`. */
export interface Benchmark {
  /** Heading in docs/benchmarks.md. */
  title: string;
  run(): Promise<Findings>;
}

const REPORT = join(import.meta.dir, "../docs/benchmarks.md");

const INTRODUCTION = `# Benchmarks

Written by \`npm run bench\`, or \`npm run bench -- NAME\` for one of them; a section is replaced whenever its benchmark
runs. They run \`dist/ratchet\` as it ships, and compare with other programs in the same run, in turns: ratios hold
better than absolute figures. On a machine that does other work meanwhile, \`chrt -r 5 npm run bench\` gives them the
processors first; where a section names a load above 1, that is how it was measured.
`;

function section(
  name: string,
  { title }: Benchmark,
  { rows, method, versions = {} }: Findings,
  loadAtStart: number,
): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${process.platform} ${process.arch}`;
  const compared = Object.entries({ Bun: Bun.version, ...versions }).map(([key, version]) => `${key} ${version}`);
  const load = `Load of the machine at the start: ${loadAtStart.toFixed(1)}.`;
  const lines = rows.map(({ measure, value, bar }) => {
    const verdict = bar ? (bar.met ? "met" : "**missed**") : "";
    return `| ${measure} | ${value} | ${bar?.demand ?? ""} | ${verdict} |`;
  });
  return [
    `<!-- ${name} -->`,
    `## ${title}`,
    "",
    `${new Date().toISOString().slice(0, 10)}, \`npm run bench -- ${name}\`, ${machine}, ${compared.join(", ")}. ${load}`,
    "",
    method,
    "",
    "| measure | value | bar | |",
    "| --- | --- | --- | --- |",
    ...lines,
    `<!-- /${name} -->`,
    "",
  ].join("\n");
}

/** What else the machine does: processes that want to run, mean of the last minute. */
export function machineLoad(): number {
  return loadavg()[0] ?? Number.NaN;
}

/** Puts a benchmark's section into docs/benchmarks.md, in the place of an older one. */
export function writeSection(name: string, benchmark: Benchmark, findings: Findings, loadAtStart: number): void {
  let report = INTRODUCTION;
  try {
    report = readFileSync(REPORT, "utf8");
  } catch {
    // the first run makes the file
  }
  const text = section(name, benchmark, findings, loadAtStart);
  const start = report.indexOf(`<!-- ${name} -->`);
  const endMark = `<!-- /${name} -->\n`;
  const end = report.indexOf(endMark);
  const before = start === -1 ? `${report.trimEnd()}\n\n` : report.slice(0, start);
  const after = start === -1 ? "" : report.slice(end + endMark.length);
  writeFileSync(REPORT, before + text + after);
}

/** A number with a unit, to three figures. */
export function figure(value: number, unit: string): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return `${value.toLocaleString("en", { maximumFractionDigits: digits })}${unit && ` ${unit}`}`;
}

/** A bar that is met up to a limit. */
export function atMost(value: number, limit: number, unit = ""): { demand: string; met: boolean } {
  return { demand: `at most ${figure(limit, unit)}`, met: value <= limit };
}

/** A bar that is met from a limit on. */
export function atLeast(value: number, limit: number, unit = ""): { demand: string; met: boolean } {
  return { demand: `at least ${figure(limit, unit)}`, met: value >= limit };
}
