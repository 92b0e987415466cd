import { isPrivate, parseRange } from "@tarmac/validate/addressRange";
import { hasEnded, type Pod, type Service } from "../../cluster/kubernetesObjects.ts";
import { hostIn, serviceAt } from "../facts/clusterHost.ts";
import { type FailedConnection, failedConnections } from "../facts/failedConnection.ts";
import { isLoopback } from "../facts/listeningPorts.ts";
import { nameOf, type PodFacts } from "../facts/podFacts.ts";
import {
  type Isolation,
  isolationOf,
  mayConcern,
  opens,
  type Party,
  type PartyNamespace,
  type Selector,
} from "../facts/policyFacts.ts";
import { podPortOf, selects, shownLabels } from "../facts/serviceFacts.ts";
import { configure, quoted, restartNow, run } from "../fixes/changeOwner.ts";
import { covering, openPolicy } from "../fixes/openPolicy.ts";
import { podCause, type Step } from "./cause.ts";

interface Blocked {
  failure: FailedConnection;
  /**
   * `dns`: names are not resolved. `out`: the pod's own policies block. `in`: the policies of the target pods block.
   */
  way: "dns" | "out" | "in";
  isolation: Isolation;
  /** Pod selectors of policies that isolate the pods that need another rule. */
  isolating: readonly Selector[];
  /** The target, if it is a Service of the namespace with a selector. */
  target?: Target;
}

/** A Service and its pods. */
interface Target {
  service: Service;
  /** At least one: without a known pod, what the Service itself says. */
  ends: { pod?: Pod; number?: number; names?: string[] }[];
}

const dnsPort = 53;

/** A failed connection in a process's log that NetworkPolicies do not allow. The policy is the proof, not the log. */
export const networkPolicyBlocksConnection = podCause({
  code: "network-policy-blocks-connection",
  stage: "run",
  recovery: "possible",
  over: [
    "host-not-found",
    "dependency-unreachable",
    "application-error",
    "init-container-waits",
    "not-ready-by-itself",
    "nothing-listens",
    "liveness-check-fails",
    "liveness-kills-slow-start",
    "liveness-kills-busy-process",
    "probe-timeout",
  ],
  proof: (pod): Blocked | undefined => {
    const policies = pod.observation.reach?.networkPolicies ?? [];
    const out = isolationOf(policies, pod.pod, "Egress");
    const ofOut = out === undefined ? undefined : { isolation: out, isolating: out.selectors.slice(0, 1) };
    for (const failure of failedConnections(pod)) {
      const { host, kind } = failure;
      if (isLoopback(host)) continue;
      if (kind === "name") {
        if (ofOut !== undefined && !letsAskDns(pod, ofOut.isolation)) return { failure, way: "dns", ...ofOut };
        continue;
      }
      const target = targetOf(pod, failure);
      const known = target === undefined ? {} : { target };
      if (ofOut !== undefined && !letsOut(pod, ofOut.isolation, failure, target))
        return { failure, way: "out", ...ofOut, ...known };
      const barred = target === undefined ? undefined : barredAt(pod, target);
      if (barred !== undefined) return { failure, way: "in", ...barred, ...known };
    }
    return undefined;
  },
  claim: (pod, blocked) => {
    const {
      failure: { container, host, port: asked, evidence },
      way,
      isolation,
      target,
    } = blocked;
    const ports = portsOf(target);
    const { policies, rules } = isolation;
    const list = policies.map((policy) => `"${policy}"`).join(", ");
    const word = policies.length === 1 ? "NetworkPolicy" : "NetworkPolicies";
    const name = target?.service.metadata?.name;
    const to =
      name === undefined
        ? host === undefined
          ? "others"
          : `${host}${asked === undefined ? "" : `:${asked}`}`
        : `the Service "${name}"`;
    const who = container.role === "init" ? `The init container "${container.name}"` : "The process";
    const ways = {
      dns: `${who} cannot resolve "${host}": the ${word} ${list} ${policies.length === 1 ? "does" : "do"} not let the pod reach the cluster's DNS (port 53)`,
      out: `${who} cannot connect to ${to}: the ${word} ${list} ${policies.length === 1 ? "does" : "do"} not let the pod connect there`,
      in: `${who} cannot connect to ${to}: the ${word} ${list} of its pods ${policies.length === 1 ? "does" : "do"} not admit this pod`,
    };
    return {
      title: ways[way],
      container: container.name,
      evidence: [
        ...evidence,
        `${way === "in" ? `policies that select the pods of service/${name}` : `policies for outgoing connections that select pod/${pod.podName}`}: ${policies.join(", ")}`,
        rules.length === 0
          ? "none of them has a rule that allows anything"
          : `their rules: ${rules.map(ruleWords).join("; ")}`,
        ...(ports.length === 0 ? [] : [`service/${name} leads to port ${ports.join(", ")} of its pods`]),
        `labels of pod/${pod.podName}: ${shownLabels(ownLabels(pod))}`,
        ...(container.end === undefined ? [] : [`${nameOf(pod, container)} has restarted ${container.restarts} times`]),
      ].filter((line, index, all) => all.indexOf(line) === index),
      mend: [...allow(pod, blocked), ...restartNow(pod)],
    };
  },
});

const systemNamespace = "kube-system";

function letsAskDns({ observation }: PodFacts, { rules }: Isolation): boolean {
  const own = observation.target.namespace === systemNamespace;
  // The names are those of the add-on's own manifest; its labels differ from cluster to cluster.
  return rules.some(
    (rule) =>
      opens(rule, dnsPort, ["dns", "dns-tcp"], "UDP") &&
      mayConcern(rule, { namespace: { name: systemNamespace, own } }),
  );
}

function targetOf({ observation }: PodFacts, { host, port }: FailedConnection): Target | undefined {
  const service = host === undefined ? undefined : serviceAt(observation, host);
  const selector = service?.spec?.selector ?? {};
  // The name of a headless Service is the pods' addresses, so no port is translated.
  const entry =
    service?.spec?.clusterIP === "None" && port !== undefined
      ? { port }
      : service?.spec?.ports?.find((one) => one.port === port);
  // Without a selector, the Service's endpoints may be anywhere.
  if (service === undefined || entry === undefined || Object.keys(selector).length === 0) return undefined;
  const ends = observation.pods
    .filter(({ metadata, status }) => selects(selector, metadata?.labels) && !hasEnded({ status }))
    .map((pod) => ({ pod, ...podPortOf(pod, entry) }));
  const { targetPort = entry.port } = entry as { port: number; targetPort?: number | string };
  return {
    service,
    ends: ends.length > 0 ? ends : [typeof targetPort === "number" ? { number: targetPort } : {}],
  };
}

const portsOf = (target: Target | undefined): number[] => [
  ...new Set((target?.ends ?? []).flatMap(({ number }) => number ?? [])),
];

const ownNamespace = ({ observation }: PodFacts): PartyNamespace => ({
  own: true,
  name: observation.target.namespace,
  labels: observation.namespace === undefined ? undefined : (observation.namespace.metadata?.labels ?? {}),
});

/** Unknown parts count as allowed: false only if it is certain. */
function letsOut(pod: PodFacts, { rules }: Isolation, failure: FailedConnection, target: Target | undefined): boolean {
  const { host, port } = failure;
  if (target !== undefined) {
    const { clusterIP } = target.service.spec ?? {};
    return target.ends.some(({ pod: end, number, names }) => {
      const addresses = end?.status?.podIPs?.flatMap(({ ip }) => ip) ?? end?.status?.podIP;
      const party: Party = {
        labels: end === undefined ? undefined : (end.metadata?.labels ?? {}),
        namespace: ownNamespace(pod),
        // Some implementations compare ranges with the Service's address.
        ...(addresses === undefined ? {} : { addresses: [clusterIP ?? [], addresses].flat() }),
      };
      return rules.some((rule) => opens(rule, number, names) && mayConcern(rule, party));
    });
  }
  const other = otherNamespace(pod, host);
  const outside = other === undefined && isOutside(pod, host);
  const address = host !== undefined && isAddress(host) ? { addresses: [host] } : {};
  return rules.some((rule) => {
    const beyondDns = rule.ports?.filter((one) => port === dnsPort || !isDns(one.port)) ?? [undefined];
    if (beyondDns.length === 0) return false;
    if (other !== undefined) return mayConcern(rule, { namespace: { name: other, own: false } });
    // The port of an own Service's pods may differ from the Service's, but outside the cluster the port is the same.
    return !outside || (opens(rule, port, undefined) && mayConcern(rule, address));
  });
}

const isDns = (port: number | string | undefined): boolean => [dnsPort, "dns", "dns-tcp"].includes(port ?? "");
const isAddress = (host: string): boolean => parseRange(`${host}/32`) !== undefined;

/** The namespace of a Service's full name, if it is another one. */
function otherNamespace({ observation }: PodFacts, host: string | undefined): string | undefined {
  if (host === undefined || isAddress(host)) return undefined;
  const { namespace, inCluster } = hostIn(observation, host);
  return inCluster && namespace !== observation.target.namespace ? namespace : undefined;
}

function isOutside({ observation }: PodFacts, host: string | undefined): boolean {
  if (host === undefined) return false;
  const range = parseRange(`${host}/32`);
  return range === undefined ? hostIn(observation, host).outside : !isPrivate(range);
}

/** The policies of the Service's pods, if none of these pods admits this pod. */
function barredAt(pod: PodFacts, { ends }: Target): Pick<Blocked, "isolation" | "isolating"> | undefined {
  const policies = pod.observation.reach?.networkPolicies ?? [];
  const party: Party = { labels: pod.pod.metadata?.labels ?? {}, namespace: ownNamespace(pod) };
  const barred = ends.flatMap(({ pod: end, number, names }) => {
    const isolation = end === undefined ? undefined : isolationOf(policies, end, "Ingress");
    const closed = isolation?.rules.every((rule) => !opens(rule, number, names) || !mayConcern(rule, party)) === true;
    return isolation !== undefined && closed ? [{ isolation, labels: end?.metadata?.labels }] : [];
  });
  const [first] = barred;
  if (first === undefined || barred.length < ends.length) return undefined;
  return {
    isolation: first.isolation,
    isolating: covering(barred.map(({ labels, isolation: { selectors } }) => ({ labels, selectors }))),
  };
}

function ruleWords({ policy, peers, ports }: Isolation["rules"][number]): string {
  const to = peers?.map(({ pods, namespaces, ranges }) =>
    ranges.length > 0
      ? ranges.join(",")
      : [
          ...(namespaces === undefined ? [] : [`namespaces ${shownLabels(namespaces.matchLabels ?? {})}`]),
          ...(pods === undefined ? [] : [`pods ${shownLabels(pods.matchLabels ?? {})}`]),
        ].join(" "),
  ) ?? ["everybody"];
  const on = ports?.map((one) => `${one.protocol} ${one.port ?? "every port"}`) ?? ["every port"];
  return `"${policy}": ${to.join(" or ")}, ${on.join(" and ")}`;
}

/** Labels by which policies select the pod, without those of its revision. */
function ownLabels({ pod }: PodFacts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pod.metadata?.labels ?? {}).filter(
      ([key]) =>
        !/pod-template-hash|pod-template-generation|controller-(?:uid|revision-hash)|pod-index|pod-name|job-name/.test(
          key,
        ),
    ),
  );
}

function allow(pod: PodFacts, { failure: { host, port: asked }, way, isolating, target }: Blocked): Step[] {
  const { observation, owner } = pod;
  const { stack } = observation.target;
  const labels = ownLabels(pod);
  const there = { podSelector: { matchLabels: target?.service.spec?.selector ?? {} } };
  const name = target?.service.metadata?.name;
  const numbers = portsOf(target);
  const ports = numbers.length === 0 ? {} : { ports: numbers.map((port) => ({ protocol: "TCP", port })) };
  const outward = (say: string, suffix: string, rule: object): Step[] =>
    openPolicy(observation, {
      say,
      name: `${owner.name}-${suffix}`,
      direction: "Egress",
      labels,
      isolating,
      rule,
    });
  if (way === "in")
    return Object.keys(labels).length === 0
      ? [{ say: "Give the pod a label of its own, and admit pods with this label by a policy of the target's pods." }]
      : openPolicy(observation, {
          say: "Admit this pod:",
          name: `${name}-from-${owner.name}`,
          direction: "Ingress",
          labels: target?.service.spec?.selector ?? {},
          isolating,
          rule: { from: [{ podSelector: { matchLabels: labels } }], ...ports },
        });
  if (stack !== undefined)
    return way === "dns"
      ? [run("The stack's own policy allows DNS. Restore it:", `pulumi up --refresh --stack ${stack}`)]
      : [
          run(
            "Count what the setting allows already (none if there is no value yet):",
            `pulumi config get --path ${quoted("tarmac:egressTo")} --stack ${stack}`,
          ),
          run(
            "Add the namespace, or the range of addresses, that the pods may connect to. NUMBER is that count:",
            configure(stack, { key: "egressTo[NUMBER]", value: "NAME", path: true }),
          ),
        ];
  if (way === "dns") {
    const system = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": systemNamespace } } };
    return outward("Let the pod ask the cluster's DNS:", "dns", {
      to: [system],
      ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port: dnsPort })),
    });
  }
  if (target !== undefined) return outward("Let the pod connect there:", `to-${name}`, { to: [there], ...ports });
  const other = otherNamespace(pod, host);
  if (other !== undefined)
    return outward(`Let the pod connect to the pods of namespace "${other}":`, `to-${other}`, {
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": other } } }],
    });
  if (host === undefined || asked === undefined || serviceAt(observation, host) !== undefined)
    return [
      {
        say: `Find out what the process connects to${host === undefined ? ", which its log does not say" : ""}. Then add a policy for outgoing connections that allows it.`,
      },
    ];
  const port = { ports: [{ protocol: "TCP", port: asked }] };
  if (isAddress(host) && isOutside(pod, host))
    return outward("Let the pod connect there:", `to-port-${asked}`, {
      to: [{ ipBlock: { cidr: `${host}/32` } }],
      ...port,
    });
  return outward(
    "Let the pod connect to everything on this port. Narrow it if you know the range. Where the address is a Service's, the port is the one of its pods:",
    `to-port-${asked}`,
    port,
  );
}
