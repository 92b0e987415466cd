import type { Service } from "../../cluster/kubernetesObjects.ts";
import { type FailedConnection, failedConnections } from "../facts/failedConnection.ts";
import { nameOf, type PodFacts } from "../facts/podFacts.ts";
import { type Isolation, isolationOf, mayConcern, opens, type Party } from "../facts/policyFacts.ts";
import { selects, shownLabels } from "../facts/serviceFacts.ts";
import { configure, quoted, restartNow, run } from "../fixes/changeOwner.ts";
import { podCause, type Step } from "./cause.ts";

interface Blocked {
  failure: FailedConnection;
  /**
   * `dns`: names are not resolved. `out`: the pod's own policies block. `in`: the policies of the target pods block.
   */
  way: "dns" | "out" | "in";
  isolation: Isolation;
  /** The target Service, if it is in the namespace, and the port of its pods. */
  service?: Service;
  port?: number;
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
    for (const failure of failedConnections(pod)) {
      const { host, kind } = failure;
      if (host !== undefined && /^(127\.|localhost$|\[?::1)/.test(host)) continue;
      if (out !== undefined && kind === "name" && !allows(out, dnsPort, "UDP", clusterDns))
        return { failure, way: "dns", isolation: out };
      if (kind === "name") continue;
      const target = targetOf(pod, failure);
      if (out !== undefined && !letsOut(out, failure, target))
        return { failure, way: "out", isolation: out, ...target };
      const barred = target === undefined ? undefined : barredAt(pod, target);
      if (target !== undefined && barred !== undefined) return { failure, way: "in", isolation: barred, ...target };
    }
    return undefined;
  },
  claim: (pod, { failure: { container, host, port: asked, evidence }, way, isolation, service, port }) => {
    const { policies, rules } = isolation;
    const list = policies.map((policy) => `"${policy}"`).join(", ");
    const word = policies.length === 1 ? "NetworkPolicy" : "NetworkPolicies";
    const name = service?.metadata?.name;
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
        ...(port === undefined ? [] : [`service/${name} leads to port ${port} of its pods`]),
        `labels of pod/${pod.podName}: ${shownLabels(ownLabels(pod))}`,
        ...(container.end === undefined ? [] : [`${nameOf(pod, container)} has restarted ${container.restarts} times`]),
      ].filter((line, index, all) => all.indexOf(line) === index),
      mend: [...allow(pod, { way, service, port, asked }), ...restartNow(pod)],
    };
  },
});

const clusterDns: Party = {
  namespace: { own: false, labels: { "kubernetes.io/metadata.name": "kube-system", name: "kube-system" } },
};

const allows = ({ rules }: Isolation, port: number, protocol: string, party: Party, names: string[] = []): boolean =>
  rules.some((rule) => opens(rule, port, names, protocol) && mayConcern(rule, party));

interface Target {
  service: Service;
  port: number;
  names: string[];
}

/** The Service in the namespace that the process connects to, and the port of its pods. */
function targetOf({ observation }: PodFacts, { host, port }: FailedConnection): Target | undefined {
  if (host === undefined) return undefined;
  const [first, namespace] = host.split(".");
  const service = observation.services?.find(
    ({ metadata, spec }) =>
      spec?.clusterIP === host ||
      (metadata?.name === first && (namespace === undefined || namespace === observation.target.namespace)),
  );
  const entry = service?.spec?.ports?.find((one) => one.port === port);
  if (service === undefined || entry === undefined) return undefined;
  const target = entry.targetPort ?? entry.port;
  const declared = observation.pods
    .filter(({ metadata }) => selects(service.spec?.selector ?? {}, metadata?.labels))
    .flatMap(({ spec }) => (spec?.containers ?? []).flatMap(({ ports = [] }) => ports));
  const number = typeof target === "number" ? target : declared.find(({ name }) => name === target)?.containerPort;
  if (number === undefined) return undefined;
  const names = declared.filter(({ containerPort }) => containerPort === number).flatMap(({ name }) => name ?? []);
  return { service, port: number, names };
}

const ownNamespace = ({ observation }: PodFacts): Party["namespace"] => ({
  own: true,
  labels: {
    "kubernetes.io/metadata.name": observation.target.namespace,
    ...observation.namespace?.metadata?.labels,
  },
});

/** If the target is unknown, only a rule for DNS alone is certain to be about something else. */
function letsOut({ rules }: Isolation, { port, host }: FailedConnection, target: Target | undefined): boolean {
  if (target !== undefined)
    return allows(
      { policies: [], rules },
      target.port,
      "TCP",
      {
        labels: target.service.spec?.selector ?? {},
        namespace: { own: true, labels: {} },
      },
      target.names,
    );
  return rules.some(({ ports, peers }) => {
    const others = ports?.filter((one) => one.port !== dnsPort) ?? [undefined];
    if (others.length === 0) return false;
    // Only address ranges allow a host outside the cluster; a name may be a Service of another namespace.
    const outside = host !== undefined && /\.(?:com|net|org|io|dev)$/.test(host);
    if (outside && peers !== undefined && peers.every(({ ranges }) => ranges.length === 0)) return false;
    return (
      !outside ||
      port === undefined ||
      others.some(
        (one) => one === undefined || one.port === undefined || one.port === port || one.endPort !== undefined,
      )
    );
  });
}

/** The policies of the Service's pods that do not admit this pod. */
function barredAt(pod: PodFacts, { service, port, names }: Target): Isolation | undefined {
  const [one] = pod.observation.pods.filter(({ metadata }) => selects(service.spec?.selector ?? {}, metadata?.labels));
  if (one === undefined) return undefined;
  const isolation = isolationOf(pod.observation.reach?.networkPolicies ?? [], one, "Ingress");
  const namespace = ownNamespace(pod);
  if (isolation === undefined || namespace === undefined) return undefined;
  const party = { labels: pod.pod.metadata?.labels ?? {}, namespace };
  return allows(isolation, port, "TCP", party, names) ? undefined : isolation;
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
function ownLabels({ pod, owner }: PodFacts): Record<string, string> {
  const labels = owner.template?.metadata?.labels ?? pod.metadata?.labels ?? {};
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([key]) => !/pod-template-hash|controller-(?:uid|revision-hash)|pod-index|pod-name|job-name/.test(key),
    ),
  );
}

interface Opening extends Pick<Blocked, "way"> {
  service?: Service | undefined;
  port?: number | undefined;
  /** The port that the process connects to. */
  asked?: number | undefined;
}

/** Policies are additive, so another policy adds the missing rule and removes nothing. */
function allow(pod: PodFacts, { way, service, port, asked }: Opening): Step[] {
  const { stack } = pod.observation.target;
  const labels = ownLabels(pod);
  const tcp = (number: number | undefined) =>
    number === undefined ? {} : { ports: [{ protocol: "TCP", port: number }] };
  const system = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } };
  const dns = { to: [system], ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port: dnsPort })) };
  const there = { podSelector: { matchLabels: service?.spec?.selector ?? {} } };
  const policy = (name: string, podSelector: object, rules: object) =>
    `echo ${quoted(
      JSON.stringify({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: name.slice(0, 63), namespace: pod.namespace },
        spec: { podSelector, ...rules },
      }),
    )} | kubectl apply --filename -`;
  if (stack !== undefined && way !== "in")
    return [
      way === "dns"
        ? run("The stack's own policy allows DNS. Restore it:", `pulumi up --refresh --stack ${stack}`)
        : run(
            "Name the namespace, or the range of addresses, that the pods may connect to:",
            configure(stack, { key: "egressTo[0]", value: "NAME" }).replace("config set", "config set --path"),
          ),
    ];
  if (way === "in")
    return [
      run(
        "Admit this pod:",
        policy(`${service?.metadata?.name}-from-${pod.owner.name}`, there.podSelector, {
          policyTypes: ["Ingress"],
          ingress: [{ from: [{ podSelector: { matchLabels: labels } }], ...tcp(port) }],
        }),
      ),
    ];
  const selector = { matchLabels: labels };
  if (way === "dns")
    return [
      run(
        "Let the pod ask the cluster's DNS:",
        policy(`${pod.owner.name}-dns`, selector, { policyTypes: ["Egress"], egress: [dns] }),
      ),
    ];
  return [
    run(
      service === undefined
        ? "Let the pod connect to everything on this port. Narrow it if you know the range:"
        : "Let the pod connect there:",
      policy(`${pod.owner.name}-to-${service?.metadata?.name ?? `port-${asked ?? "any"}`}`, selector, {
        policyTypes: ["Egress"],
        egress: [service === undefined ? tcp(asked) : { to: [there], ...tcp(port) }],
      }),
    ),
  ];
}
