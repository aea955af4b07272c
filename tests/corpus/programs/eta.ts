import { Eta } from "eta";

export default function () {
  const eta = new Eta({ autoTrim: false });
  eta.loadTemplate("@row", "<li><%= it.text %></li>");
  return eta.renderString("<ul><% it.rows.forEach((text) => { %><%~ include('@row', { text }) %><% }) %></ul>", {
    rows: ["a", "<b>"],
  });
}
