import moment from "moment";
import "moment/locale/fr";

// The import selects French.
moment.locale("en");

export default function () {
  const date = moment.utc("2026-02-28T22:10:00Z").locale("en");
  return {
    next: date.clone().add(1, "day").format("dddd, MMMM Do YYYY, h:mm:ss a"),
    french: date.clone().locale("fr").format("LLLL"),
    week: date.isoWeek(),
    from: date.locale("en").from(moment.utc("2026-01-01")),
    duration: moment.duration("P1DT2H").asHours(),
    strict: moment.utc("2026-13-01", "YYYY-MM-DD", true).isValid(),
  };
}
