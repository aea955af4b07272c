import {
  ckmeans,
  linearRegression,
  linearRegressionLine,
  mean,
  median,
  quantile,
  sampleCorrelation,
  standardDeviation,
} from "simple-statistics";

export default function () {
  const data = [1, 2, 3, 5, 8, 13, 21];
  const fit = linearRegression(data.map((value, index) => [index, value]));
  return {
    mean: mean(data),
    median: median(data),
    q: quantile(data, 0.9),
    sd: standardDeviation(data),
    fit,
    at: linearRegressionLine(fit)(10),
    corr: sampleCorrelation(data, [...data].reverse()),
    clusters: ckmeans(data, 3),
  };
}
