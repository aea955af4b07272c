import type { BlockRule, HostRule, NetworkRule, NetworkScope, TaskRules } from "../../domain/network-rule.ts";
import { literalAddress } from "../route.ts";
import { portOf, type RuledRequest, ruleAllows, ruleDenies } from "./match-rule.ts";
import type { OwnServer } from "./own-server.ts";
import { deniedBy, noNetwork, notPublic, outsideTask, type Refusal, serverItself } from "./refusal.ts";

/** The settings of one process. */
export interface NetworkSettings {
  /** `execution.network` */
  scope: NetworkScope;
  /** `http.allow`: what tasks may reach although the scope refuses it. */
  allow: readonly NetworkRule[];
  /** `http.deny`: what no task may reach. */
  deny: readonly NetworkRule[];
}

/** Every address, and no rules. */
export const UNRESTRICTED: NetworkSettings = { scope: "any", allow: [], deny: [] };

/** Decides for one request. */
export interface NetworkPolicy {
  /** Decides what can be decided without an address. */
  checkRequest(request: RuledRequest, task: TaskRules | undefined): Refusal | undefined;
  /** Returns the first setting for which the address of a request matters; undefined if it does not matter. */
  addressMatters(request: RuledRequest, task: TaskRules | undefined): Refusal["setting"] | undefined;
  /** Decides for an address that the request would be sent to, before it is connected to. */
  checkAddress(request: RuledRequest, address: string, task: TaskRules | undefined): Promise<Refusal | undefined>;
}

/**
 * Creates the policy. A rule of `http.deny` wins over everything. A task's own rules only narrow. `http.allow` opens
 * what the scope refuses, and nothing else. The server itself is open only to a rule with its own host and port.
 */
export function createNetworkPolicy(settings: NetworkSettings, ownServer: () => OwnServer | undefined): NetworkPolicy {
  const deny = splitRules(settings.deny);
  const policy: Policy = {
    scope: settings.scope,
    allow: splitRules(settings.allow),
    deny: { ...deny, addresses: deny.hosts.flatMap(ruleForAddress) },
    ownServer,
    addresses: undefined,
  };
  return {
    checkRequest: (request, task) => checkRequest(policy, request, task),
    addressMatters: (request, task) => addressMatters(policy, request, task),
    checkAddress: (request, address, task) => checkAddress(policy, request, address, task),
  };
}

/** Separates rules for hosts from blocks of addresses. */
function splitRules(rules: readonly NetworkRule[]): SplitRules {
  return {
    hosts: rules.filter((rule) => rule.kind === "host"),
    blocks: rules.filter((rule) => rule.kind === "block"),
  };
}

interface SplitRules {
  hosts: readonly HostRule[];
  blocks: readonly BlockRule[];
}

interface Policy {
  scope: NetworkScope;
  allow: SplitRules;
  deny: SplitRules & { addresses: readonly AddressRule[] };
  ownServer: () => OwnServer | undefined;
  /** Undefined until the first address is checked. */
  addresses: Awaited<ReturnType<typeof loadAddresses>> | undefined;
}

/** A rule of `http.deny` whose host is an address. It also forbids names and other notations that lead there. */
interface AddressRule {
  rule: HostRule;
  block: BlockRule;
}

function ruleForAddress(rule: HostRule): AddressRule[] {
  const address = literalAddress({ hostname: rule.host });
  if (address === undefined) return [];
  const bits = address.includes(":") ? 128 : 32;
  return [{ rule: { ...rule, host: "*" }, block: { kind: "block", text: rule.text, address, bits } }];
}

function checkRequest(
  { scope, allow, deny }: Policy,
  request: RuledRequest,
  task: TaskRules | undefined,
): Refusal | undefined {
  const denied = deny.hosts.find((rule) => ruleDenies(rule, request));
  if (denied !== undefined) return deniedBy(denied, request);
  // A block of the task may still cover the address.
  if (task !== undefined && task.blocks.length === 0 && !covered(task.hosts, request))
    return outsideTask(task, request);
  const mayPass = scope !== "none" || allow.blocks.length > 0 || covered(allow.hosts, request);
  return mayPass ? undefined : noNetwork(request);
}

function addressMatters(
  { scope, allow, deny, ownServer }: Policy,
  request: RuledRequest,
  task: TaskRules | undefined,
): Refusal["setting"] | undefined {
  if (deny.blocks.length > 0 || deny.addresses.some(({ rule }) => ruleDenies(rule, request))) return "http.deny";
  if (task !== undefined && task.blocks.length > 0 && !covered(task.hosts, request)) return task.setting;
  if (scope !== "any" && !covered(allow.hosts, request)) return "execution.network";
  return portOf(request.url) === ownServer()?.port ? "http.allow" : undefined;
}

async function checkAddress(
  policy: Policy,
  request: RuledRequest,
  address: string,
  task: TaskRules | undefined,
): Promise<Refusal | undefined> {
  const { scope, allow, deny } = policy;
  policy.addresses ??= await loadAddresses(policy);
  const { factsOf, isInBlock, isThisMachine } = policy.addresses;
  const { special, deniedBy: block, isAllowed } = factsOf(address);
  const leadsTo = (one: AddressRule) => ruleDenies(one.rule, request) && isInBlock(address, one.block, "some");
  const denied = block ?? deny.addresses.find(leadsTo)?.rule;
  if (denied !== undefined) return deniedBy(denied, request);
  if (
    task !== undefined &&
    !covered(task.hosts, request) &&
    !task.blocks.some((one) => isInBlock(address, one, "every"))
  )
    return outsideTask(task, request);
  const own = policy.ownServer();
  if (own !== undefined && portOf(request.url) === own.port && isThisMachine(address)) {
    const named = allow.hosts.filter((rule) => namesServer(rule, own));
    return covered(named, request) ? undefined : serverItself(request, own, named);
  }
  if (scope === "any" || isAllowed || covered(allow.hosts, request)) return undefined;
  if (scope === "none") return noNetwork(request);
  return special === undefined ? undefined : notPublic(request, special);
}

/** Loads what knows addresses, for the first one that has to be checked: most commands send no request. */
async function loadAddresses({ allow, deny }: Policy) {
  const [{ createAddressFacts }, { isInBlock }, { isThisMachine }] = await Promise.all([
    import("./address-facts.ts"),
    import("./address-class.ts"),
    import("./this-machine.ts"),
  ]);
  return { factsOf: createAddressFacts({ allow: allow.blocks, deny: deny.blocks }), isInBlock, isThisMachine };
}

function covered(rules: readonly HostRule[], request: RuledRequest): boolean {
  return rules.some((rule) => ruleAllows(rule, request));
}

function namesServer(rule: HostRule, own: OwnServer): boolean {
  return rule.host === own.host && rule.port === own.port;
}
