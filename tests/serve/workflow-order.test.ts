import { expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/ratchet.ts";
import { newWorkplace } from "../support/serve-process.ts";

const INPUT = {
  shops: ["north", "south"],
  sku: "table",
  count: 2,
  orderId: 7,
  email: "ada@example.com",
  delivery: "pickup",
};

test("the example of an order waits for an approval and a payment, survives a server that is killed, and calls each task once", async () => {
  using place = newWorkplace();
  cpSync(join(REPOSITORY, "examples/orders"), join(place.folder, "tasks"), { recursive: true });
  const killed = await place.serve();
  const { body } = await killed.call("POST", "/api/v1/jobs", { task: "order", input: INPUT });
  const job = `/api/v1/jobs/${Number(body.id)}`;
  const pending = await killed.until(
    "/api/v1/approvals?status=pending",
    ({ items }) => (items as object[]).length === 1,
  );
  const [approval] = pending.items as { id: number; title: string }[];
  expect(approval?.title).toBe("Buy for 1200 EUR?");
  killed.process.kill("SIGKILL");
  await killed.process.exited;

  const server = await place.serve();
  await server.call("POST", `/api/v1/approvals/${approval?.id}`, { decision: "approve" });
  const sent = await server.call("POST", `${job}/signals/payment-confirmed`, { reference: "r9" });
  expect(sent.status).toBe(202);
  const ended = await server.until(job, ({ status }) => status === "completed" || status === "failed");
  expect(ended).toMatchObject({ status: "completed", output: { charge: "charge-1200", reference: "r9" } });
  const { body: jobs } = await server.call("GET", "/api/v1/jobs?limit=50");
  const labels = (jobs.items as { task: { label: string } }[]).map(({ task }) => task.label);
  expect(labels.sort()).toEqual([
    ...["charge-card", "check-stock", "fetch-price", "fetch-price", "order", "pack-order", "send-mail"],
  ]);
}, 120_000);
