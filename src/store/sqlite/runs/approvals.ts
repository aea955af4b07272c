import { RatchetError } from "../../../domain/errors.ts";
import type { Approval, ApprovalFilter, Decision } from "../../contract/approvals.ts";
import type { Page, PageRequest } from "../../contract/page.ts";
import type { Sql, SqlValue } from "../connection.ts";
import type { Tx } from "../group-commit.ts";
import { readPage } from "../keyset.ts";
import { addLabels } from "../label-conditions.ts";
import { finishRunWork } from "./finish-work.ts";
import { createRunWork } from "./run-work.ts";
import { settleOperation } from "./settle-operation.ts";

interface ApprovalRow {
  id: number;
  execution_id: number;
  number: number;
  job_id: number;
  task_id: number;
  status: Approval["status"];
  title: string;
  who: string | null;
  due_at: number | null;
  created_at: number;
  decided_by: string | null;
  decided_at: number | null;
  comment: string | null;
  request: string;
}

const COLUMNS = `id, execution_id, number, job_id, task_id, status, title, who, due_at, created_at, decided_by, decided_at,
  comment, (SELECT request FROM run_operations o WHERE o.execution_id = approvals.execution_id
    AND o.number = approvals.number) AS request`;

export function listApprovals(sql: Sql, filter: ApprovalFilter, request: PageRequest): Page<Approval> {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  const add = (part: string, value: string | number) => {
    parts.push(part);
    values.push(value);
  };
  // In the text, because SQLite uses the index of those that are pending only if it sees the status.
  if (filter.status === "pending") parts.push("status = 'pending'");
  else if (filter.status !== undefined) add("status = ?", filter.status);
  if (filter.taskId !== undefined) add("task_id = ?", filter.taskId);
  if (filter.executionId !== undefined) add("execution_id = ?", filter.executionId);
  addLabels(parts, values, filter.labels);
  const where = parts.length === 0 ? "TRUE" : parts.join(" AND ");
  const query = { table: "approvals", columns: COLUMNS, branches: [{ where, values: values as SqlValue[] }] };
  const page = readPage<ApprovalRow>(sql, query, request);
  return { items: page.items.map(approvalFromRow), nextCursor: page.nextCursor };
}

export function readApproval(sql: Sql, id: number): Approval | undefined {
  const row = sql.get<ApprovalRow>(`SELECT ${COLUMNS} FROM approvals WHERE id = ?`, id);
  return row === undefined ? undefined : approvalFromRow(row);
}

/** Decides an approval, and settles its operation. @throws {RatchetError} APPROVAL_NOT_FOUND, CONFLICT */
export function decideApproval(tx: Tx, { id, approved, by, comment, result }: Decision): Approval {
  const approval = readApproval(tx.sql, id);
  if (approval === undefined) {
    throw new RatchetError("APPROVAL_NOT_FOUND", `There is no approval ${id}.`, {
      data: { approvalId: id },
      remedy: "List the approvals; they are deleted with their executions after the retention time.",
    });
  }
  const work = createRunWork(tx);
  if (approval.status !== "pending" || !settleOperation(work, approval, result)) {
    const how = approval.status === "pending" ? "no longer asked for" : approval.status;
    throw new RatchetError("CONFLICT", `Approval ${id} is ${how}.`, {
      data: { approvalId: id, status: approval.status },
      remedy: "An approval is decided once.",
    });
  }
  const status = approved ? "approved" : "rejected";
  tx.sql.run(
    "UPDATE approvals SET status = ?, decided_by = ?, decided_at = ?, comment = ? WHERE id = ?",
    status,
    by,
    tx.now,
    comment,
    id,
  );
  finishRunWork(work);
  return { ...approval, status, decidedBy: by, decidedAt: tx.now, comment };
}

function approvalFromRow(row: ApprovalRow): Approval {
  return {
    id: row.id,
    executionId: row.execution_id,
    jobId: row.job_id,
    taskId: row.task_id,
    number: row.number,
    title: row.title,
    status: row.status,
    request: row.request,
    who: row.who,
    dueAt: row.due_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    comment: row.comment,
    createdAt: row.created_at,
  };
}
