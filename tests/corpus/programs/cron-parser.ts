import { CronExpressionParser } from "cron-parser";

export default function () {
  const options = { currentDate: "2026-03-28T00:00:00Z" };
  const utc = CronExpressionParser.parse("*/20 9-10 * * 1-5", { ...options, tz: "UTC" });
  const berlin = CronExpressionParser.parse("30 2 * * *", { ...options, tz: "Europe/Berlin" });
  const take = (expression: typeof utc, count: number) =>
    Array.from({ length: count }, () => expression.next().toISOString());
  return { utc: take(utc, 7), berlin: take(berlin, 3), text: utc.stringify() };
}
