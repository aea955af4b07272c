import Fuse from "fuse.js";

export default function () {
  const fuse = new Fuse(
    [
      { title: "Old Man's War", author: "John Scalzi" },
      { title: "The Lock Artist", author: "Steve" },
      { title: "HTML5", author: "Remy Sharp" },
    ],
    { keys: ["title", { name: "author", weight: 2 }], includeScore: true },
  );
  return fuse.search("jon").map(({ item, score }) => [item.title, score?.toFixed(6)]);
}
