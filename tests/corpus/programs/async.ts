import async from "async";

export default async function () {
  const log: string[] = [];
  const doubled = await async.mapLimit([1, 2, 3], 2, async (n: number) => n * 2);
  const auto = await async.auto({ a: async () => "A", b: ["a", async ({ a }: { a: string }) => `${a}B`] });
  const queue = async.queue(async (name: string) => void log.push(name), 1);
  queue.push(["x", "y"]);
  await queue.drain();
  const tries = await async.retry({ times: 3, interval: 1 }, async () => {
    if (log.push("try") < 4) throw new Error("again");
    return log.length;
  });
  return { doubled, auto, log, tries };
}
