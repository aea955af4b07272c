import pLimit from "p-limit";

export default async function () {
  const limit = pLimit(2);
  let running = 0;
  let peak = 0;
  const results = await Promise.all(
    [5, 1, 3, 2].map((ms) =>
      limit(async () => {
        peak = Math.max(peak, ++running);
        await new Promise((resolve) => setTimeout(resolve, ms));
        running--;
        return ms;
      }),
    ),
  );
  return { results, peak, pending: limit.pendingCount };
}
