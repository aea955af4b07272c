import jmespath from "jmespath";

const data = {
  people: [
    { name: "b", age: 30, tags: ["x"] },
    { name: "a", age: 50, tags: ["y", "z"] },
    { name: "c", age: 40 },
  ],
};

export default function () {
  return [
    "people[?age > `35`].name | sort(@)",
    "max_by(people, &age).name",
    "people[].tags[]",
    "{n: length(people), first: people[0].{who: name}}",
  ].map((query) => jmespath.search(data, query));
}
