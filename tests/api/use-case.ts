/** Something that the server can do, and by which doors. */
export interface UseCase {
  what: string;
  /** Method of a service: `jobs.create`. Absent for what is no use case of a service, such as the stream of events. */
  service?: string;
  rest?: readonly string[];
  /** Fields of Query, Mutation and Subscription. */
  graphql?: readonly string[];
  cli?: readonly string[];
}
