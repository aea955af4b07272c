/** What `/metrics` says about a family. */
export interface Family {
  help: string;
  type: string;
}

/** One line with a number. */
export interface Sample {
  /** The name in the line. */
  name: string;
  /** The family that it belongs to: the name without what histograms add. */
  family: string;
  labels: Record<string, string>;
  value: number;
}

/** Gets the metrics of a server. */
export async function scrape(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`);
  if (response.status !== 200) throw new Error(`GET /metrics: ${response.status}`);
  return response.text();
}

/** Reads the descriptions of families from Prometheus' text format. */
export function metricFamilies(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  for (const [, kind, name = "", rest = ""] of text.matchAll(/^# (HELP|TYPE) (\S+) (.*)$/gm)) {
    const family = families.get(name) ?? { help: "", type: "" };
    families.set(name, kind === "HELP" ? { ...family, help: rest } : { ...family, type: rest });
  }
  return families;
}

/** Reads the samples of Prometheus' text format. */
export function metricSamples(text: string): Sample[] {
  const families = metricFamilies(text);
  return [...text.matchAll(/^([a-z]\w*)(?:\{(.*)\})? (\S+)$/gm)].map(([, name = "", labels = "", value]) => {
    const base = name.replace(/_(?:bucket|sum|count)$/, "");
    const family = !families.has(name) && families.get(base)?.type === "histogram" ? base : name;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [key, text]);
    return { name, family, labels: Object.fromEntries(pairs), value: Number(value) };
  });
}
