import { z } from "zod";

const User = z.object({
  name: z
    .string()
    .min(2)
    .transform((name) => name.trim()),
  email: z.email(),
  age: z.coerce.number().int().positive().optional(),
  role: z.enum(["admin", "user"]).default("user"),
  address: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("street"), street: z.string() }),
    z.object({ kind: z.literal("box"), number: z.number() }),
  ]),
});

export default function () {
  const good = User.parse({ name: " Ada ", email: "ada@example.com", age: "36", address: { kind: "box", number: 7 } });
  const bad = User.safeParse({ name: "A", email: "no", age: -1, role: "root", address: { kind: "boat" } });
  return {
    good,
    issues: bad.error?.issues.map(({ path, code, message }) => ({ path, code, message })),
    schema: z.toJSONSchema(z.object({ a: z.array(z.string()) })),
  };
}
