import { mean, median, standardDeviation } from "./statistics.ts";

interface Input {
  values: number[];
  digits?: number;
}

interface Output {
  count: number;
  mean: number;
  median: number;
  standardDeviation: number;
}

export default function main({ values, digits = 2 }: Input): Output {
  const rounded = (value: number): number => Number(value.toFixed(digits));
  return {
    count: values.length,
    mean: rounded(mean(values)),
    median: rounded(median(values)),
    standardDeviation: rounded(standardDeviation(values)),
  };
}
