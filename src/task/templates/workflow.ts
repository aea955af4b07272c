import { jsonFile, objectSchema, type Template } from "./template.ts";

const PRICE = { task: "find-price", input: { article: "chair" } };

export const WORKFLOW: Template = {
  summary: "steps that call other tasks and ask a person, with mocks of both in its tests",
  files: () => ({
    "workflow.yaml": `# Steps that refer to others run after them; the others run at the same time. The tasks that are called, find-price and
# place-order, belong next to this folder. \`ratchet help workflows\` describes everything that can stand here.
steps:
  price:
    task: find-price
    input: { article: "\${ input.article }" }
    retry: { maxRetries: 3, delay: 1s }
  approval:
    if: \${ steps.price.output.amount > 100 }
    approve:
      title: "Buy a \${ input.article } for \${ steps.price.output.amount }?"
      timeout: 2d
  order:
    if: \${ steps.approval.status === "skipped" || steps.approval.output.approved }
    task: place-order
    input: { article: "\${ input.article }", amount: "\${ steps.price.output.amount }" }
output:
  ordered: \${ steps.order.status === "completed" }
`,
    "input.schema.json": objectSchema({ article: { type: "string", minLength: 1 } }),
    "output.schema.json": objectSchema({ ordered: { type: "boolean" } }),
    "tests/cheap.json": jsonFile({
      description: "A small amount needs no approval.",
      input: { article: "chair" },
      mock: {
        tasks: [
          { ...PRICE, output: { amount: 80 } },
          { task: "place-order", input: { article: "chair", amount: 80 }, output: {} },
        ],
      },
      expected_output: { ordered: true },
    }),
    "tests/rejected.json": jsonFile({
      input: { article: "chair" },
      mock: {
        tasks: [{ ...PRICE, output: { amount: 800 } }],
        approvals: [{ title: "Buy a chair for 800?", approved: false }],
      },
      expected_output: { ordered: false },
    }),
    "tests/unknown-article.json": jsonFile({
      input: { article: "chair" },
      mock: { tasks: [{ ...PRICE, error: { name: "DataError", message: "there is no chair" } }] },
      expected_error: "there is no chair",
    }),
  }),
};
