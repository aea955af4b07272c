import dayjs from "dayjs";
import customParseFormat from "dayjs/plugin/customParseFormat";
import duration from "dayjs/plugin/duration";
import relativeTime from "dayjs/plugin/relativeTime";
import utc from "dayjs/plugin/utc";
import "dayjs/locale/de";

dayjs.extend(utc);
dayjs.extend(customParseFormat);
dayjs.extend(duration);
dayjs.extend(relativeTime);

export default function () {
  const date = dayjs.utc("2026-03-29T01:30:00Z");
  return [
    date.add(1, "month").endOf("month").toISOString(),
    date.locale("de").format("dddd, D. MMMM YYYY HH:mm"),
    dayjs.utc("31/12/2025 23:59", "DD/MM/YYYY HH:mm").diff(date, "day"),
    dayjs.duration(100, "minutes").humanize(),
    dayjs.utc(date).from(date.subtract(3, "day")),
  ];
}
