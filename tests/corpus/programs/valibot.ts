import * as v from "valibot";

const Login = v.object({
  email: v.pipe(v.string(), v.trim(), v.email("bad address")),
  password: v.pipe(v.string(), v.minLength(8)),
  tags: v.optional(v.array(v.picklist(["a", "b"])), ["a"]),
});

export default function () {
  const bad = v.safeParse(Login, { email: "x", password: "short", tags: ["c"] });
  return {
    good: v.parse(Login, { email: " ada@example.com ", password: "12345678" }),
    issues: bad.issues?.map((issue) => [v.getDotPath(issue), issue.message]),
  };
}
