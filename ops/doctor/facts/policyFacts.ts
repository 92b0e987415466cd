/**
 * Which NetworkPolicies apply to a pod, and what they allow in or out:
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
import { meets } from "../../cluster/labelRequirement.ts";
import { isWithin, parseRange } from "@tarmac/validate/addressRange";
import type { NetworkPolicy, Pod } from "../../cluster/kubernetesObjects.ts";

export type Direction = "Ingress" | "Egress";
export type Selector = NonNullable<NonNullable<NetworkPolicy["spec"]>["podSelector"]>;

export interface PolicyPeer {
  /** Undefined: every pod of the namespaces. */
  pods?: Selector;
  /** Undefined: the policy's own namespace. */
  namespaces?: Selector;
  ranges: string[];
}

export interface PolicyRule {
  policy: string;
  /** Undefined: every peer. */
  peers?: PolicyPeer[];
  /** Undefined: every port. */
  ports?: { protocol: string; port?: number | string; endPort?: number }[];
}

export interface Isolation {
  /** Names of the policies that apply. */
  policies: string[];
  /** Their pod selectors, in the same order. */
  selectors: Selector[];
  rules: PolicyRule[];
}

/**
 * @returns undefined if no policy isolates the pod in this direction. Policies do not apply to pods with the node's own
 *   network: https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
 */
export function isolationOf(policies: readonly NetworkPolicy[], pod: Pod, direction: Direction): Isolation | undefined {
  if (pod.spec?.hostNetwork === true) return undefined;
  const applying = policies.filter(
    ({ spec }) =>
      selectorMatches(spec?.podSelector, pod.metadata?.labels) &&
      (spec?.policyTypes ?? ["Ingress", ...(spec?.egress === undefined ? [] : ["Egress"])]).includes(direction),
  );
  if (applying.length === 0) return undefined;
  return {
    policies: applying.map(({ metadata }) => metadata?.name ?? ""),
    selectors: applying.map(({ spec }) => spec?.podSelector ?? {}),
    rules: applying.flatMap(({ metadata, spec }) => {
      const rules = (direction === "Ingress" ? spec?.ingress : spec?.egress) ?? [];
      return rules.map((rule) => {
        const peers = "_from" in rule || "from" in rule ? fromOf(rule) : "to" in rule ? rule.to : undefined;
        return {
          policy: metadata?.name ?? "",
          ...(peers === undefined || peers.length === 0
            ? {}
            : {
                peers: peers.map(({ podSelector, namespaceSelector, ipBlock }) => ({
                  ...(podSelector === undefined ? {} : { pods: podSelector }),
                  ...(namespaceSelector === undefined ? {} : { namespaces: namespaceSelector }),
                  ranges: ipBlock === undefined ? [] : [ipBlock.cidr],
                })),
              }),
          ...(rule.ports === undefined || rule.ports.length === 0
            ? {}
            : {
                ports: rule.ports.map(({ protocol = "TCP", port, endPort }) => ({
                  protocol,
                  ...(port === undefined ? {} : { port: port }),
                  ...(endPort === undefined ? {} : { endPort }),
                })),
              }),
        };
      });
    }),
  };
}

interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string };
}

/** The API sends "from", which is a reserved word in the generated types. */
const fromOf = (rule: object): Peer[] | undefined =>
  (rule as { from?: Peer[] }).from ?? (rule as { _from?: Peer[] })._from;

/**
 * Whether a rule may allow traffic to this port.
 *
 * @param port undefined if unknown, which counts as a match
 * @param names the pod's names for this port; undefined if unknown, which counts as a match
 */
export function opens(
  { ports }: PolicyRule,
  port: number | undefined,
  names: readonly string[] | undefined,
  protocol = "TCP",
): boolean {
  return (
    ports?.some((one) => {
      if (one.protocol !== protocol) return false;
      if (one.port === undefined || port === undefined) return true;
      if (typeof one.port === "string") return names?.includes(one.port) ?? true;
      return one.endPort === undefined ? one.port === port : port >= one.port && port <= one.endPort;
    }) ?? true
  );
}

/** The other end of a connection. */
export interface Party {
  /** Labels of its pod; undefined if unknown. */
  labels?: Record<string, string> | undefined;
  /** Undefined if it is outside the cluster. */
  namespace?: PartyNamespace;
  /** Its addresses; undefined if unknown. */
  addresses?: string[];
}

export interface PartyNamespace {
  name: string;
  /** Whether it is the policy's own namespace. */
  own: boolean;
  /** Undefined if the namespace was not read. */
  labels?: Record<string, string> | undefined;
}

/** Whether a rule may apply to this party. Unknown parts count as a match: false only if it is certain. */
export const mayConcern = ({ peers }: PolicyRule, { labels, namespace, addresses }: Party): boolean =>
  peers?.some(({ pods, namespaces, ranges }) => {
    if (ranges.length > 0)
      return addresses?.some((address) => ranges.some((range) => mayContain(range, address))) ?? true;
    if (namespace === undefined) return false;
    const inNamespace = namespaces === undefined ? namespace.own : mayBeOf(namespaces, namespace);
    return inNamespace && (pods === undefined || labels === undefined || selectorMatches(pods, labels));
  }) ?? true;

/** Only IPv4 ranges are compared. */
function mayContain(cidr: string, address: string): boolean {
  const [range, one] = [parseRange(cidr), parseRange(`${address}/32`)];
  return range === undefined || one === undefined || isWithin(one, range);
}

/** The API server gives each namespace this label. */
const nameLabel = "kubernetes.io/metadata.name";

function mayBeOf(selector: Selector, { name, labels }: PartyNamespace): boolean {
  if (labels !== undefined) return selectorMatches(selector, { ...labels, [nameLabel]: name });
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const named = matchLabels[nameLabel];
  return selectorMatches(
    {
      matchLabels: named === undefined ? {} : { [nameLabel]: named },
      matchExpressions: matchExpressions.filter(({ key }) => key === nameLabel),
    },
    { [nameLabel]: name },
  );
}

export function selectorMatches(selector: Selector | undefined, labels: Record<string, string> = {}): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((one) => meets(one, labels))
  );
}
