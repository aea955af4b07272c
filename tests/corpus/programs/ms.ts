import ms from "ms";

export default function () {
  return [ms("2 days"), ms("1.5h"), ms("-3 min"), ms(60000), ms(2 * 3600000, { long: true })];
}
