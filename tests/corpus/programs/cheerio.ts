import * as cheerio from "cheerio";

export default function () {
  const $ = cheerio.load(
    "<ul id=fruits><li class=apple>Apple</li><li data-price='3'>Pear &amp; co</li></ul><table><tr><td>1<td>2</table>",
  );
  $("li.apple").after("<li>Orange</li>").addClass("red");
  return {
    items: $("li")
      .map((_, li) => $(li).text())
      .get(),
    price: $("[data-price]").data("price"),
    cells: $("td").length,
    html: $("#fruits").html(),
  };
}
