import pRetry, { AbortError } from "p-retry";

export default async function () {
  let tries = 0;
  const value = await pRetry(
    async (attempt) => {
      tries = attempt;
      if (attempt < 3) throw new Error("again");
      return "done";
    },
    { retries: 5, minTimeout: 1, factor: 1 },
  );
  const aborted = await pRetry(
    () => {
      throw new AbortError("never");
    },
    { retries: 5 },
  ).catch((error) => error.message);
  return { value, tries, aborted };
}
