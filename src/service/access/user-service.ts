import { type Passwords, passwordProblem } from "../../access/passwords.ts";
import type { User } from "../../domain/credentials.ts";
import { noUser } from "../../domain/not-found.ts";
import type { Role } from "../../domain/principal.ts";
import { defined } from "../../lib/defined.ts";
import type { UserChange, UserStore } from "../../store/contract/users.ts";
import { wrongMember } from "../request-checks.ts";
import { checkName, type GrantRequest, readGrant, readPatterns } from "./grant-request.ts";

/** A user to create. */
export interface UserRequest extends GrantRequest {
  name: string;
  password: string;
}

/** Changes of a user. */
export interface UserChangeRequest {
  role?: Role;
  /** null: all tasks. */
  tasks?: readonly string[] | null;
  password?: string;
}

/** Users with passwords. Pointers are places in the request. */
export interface UserService {
  /** @throws {RatchetError} USAGE; CONFLICT if the name is taken; OVERLOADED */
  create(request: UserRequest, pointer: string): Promise<User>;
  /** Creates a first user with the role admin. @returns undefined if there is a user or a key already */
  createFirst(request: { username: string; password: string }, pointer: string): Promise<User | undefined>;
  list(): Promise<User[]>;
  /** @throws {RatchetError} USER_NOT_FOUND */
  get(name: string): Promise<User>;
  /** Changes a user. A new password ends all sessions of the user. @throws {RatchetError} USER_NOT_FOUND, USAGE, OVERLOADED */
  change(name: string, request: UserChangeRequest, pointer: string): Promise<User>;
  /** Deletes a user with all sessions. @throws {RatchetError} USER_NOT_FOUND */
  delete(name: string): Promise<void>;
}

/** What {@link createUserService} needs. */
export interface UserServiceOptions {
  users: UserStore;
  passwords: Passwords;
  /** Makes a change take effect at once. */
  changed: () => Promise<void>;
}

/** Creates the service of users. */
export function createUserService({ users, passwords, changed }: UserServiceOptions): UserService {
  async function get(name: string): Promise<User> {
    const user = await users.byName(name);
    if (user === undefined) throw noUser(name);
    return user;
  }
  async function newUser({ name, password, ...grant }: UserRequest, pointer: string, member = "name") {
    checkName(name, `${pointer}/${member}`);
    checkPassword(password, pointer);
    return { name, ...readGrant(grant, pointer), passwordHash: await passwords.hash(password) };
  }
  return {
    async create(request, pointer) {
      const user = await users.create(await newUser(request, pointer));
      await changed();
      return user;
    },
    async createFirst(request, pointer) {
      const { username: name, password } = request;
      const user = await users.createFirst(await newUser({ name, password, role: "admin" }, pointer, "username"));
      await changed();
      return user;
    },
    list: () => users.list(),
    get,
    async change(name, { role, tasks, password }, pointer) {
      const patterns = readPatterns(tasks, pointer);
      if (role === undefined && patterns === undefined && password === undefined) {
        throw wrongMember(pointer, "must have role, tasks or password");
      }
      if (password !== undefined) checkPassword(password, pointer);
      await get(name);
      const passwordHash = password === undefined ? undefined : await passwords.hash(password);
      const change: UserChange = defined({ role, tasks: patterns, passwordHash });
      const user = await users.change(name, change);
      await changed();
      return user;
    },
    async delete(name) {
      await users.delete(name);
      await changed();
    },
  };
}

function checkPassword(password: string, pointer: string): void {
  const problem = passwordProblem(password);
  if (problem !== undefined) throw wrongMember(`${pointer}/password`, problem);
}
