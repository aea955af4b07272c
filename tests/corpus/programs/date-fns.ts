import {
  addBusinessDays,
  eachWeekOfInterval,
  format,
  formatDistance,
  intervalToDuration,
  isWithinInterval,
  parse,
  parseISO,
} from "date-fns";
import { de } from "date-fns/locale/de";

export default function () {
  const start = parseISO("2026-02-26T10:00:00Z");
  return {
    business: format(addBusinessDays(start, 5), "yyyy-MM-dd"),
    german: format(start, "EEEE, d. MMMM yyyy", { locale: de }),
    distance: formatDistance(start, parseISO("2026-05-01T00:00:00Z"), { addSuffix: true, locale: de }),
    weeks: eachWeekOfInterval({ start, end: parseISO("2026-03-20T00:00:00Z") }).length,
    duration: intervalToDuration({ start, end: parseISO("2027-04-01T12:30:00Z") }),
    inside: isWithinInterval(start, { start: parseISO("2026-01-01"), end: parseISO("2026-12-31") }),
    parsed: format(parse("7th March 2026, 3:05 PM", "do MMMM yyyy, h:mm a", start), "yyyy-MM-dd'T'HH:mm"),
  };
}
