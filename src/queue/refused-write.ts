/** The database has refused a change of a run. */
export class RefusedWrite {
  constructor(readonly error: unknown) {}
}
