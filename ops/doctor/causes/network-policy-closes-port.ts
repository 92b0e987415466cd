import type { Isolation, PolicyRule } from "../facts/policyFacts.ts";
import { isolationOf, opens, selectorMatches } from "../facts/policyFacts.ts";
import type { Scene } from "../facts/scene.ts";
import { podPortOf, servicesOf, type ServiceFacts, shownLabels } from "../facts/serviceFacts.ts";
import { openPolicy } from "../fixes/openPolicy.ts";
import { restoreObject } from "../fixes/restoreObject.ts";
import { sceneCause } from "./cause.ts";

interface Proof {
  service: ServiceFacts;
  port: number;
  protocol: string;
  isolation: Isolation;
  /** The port is open only to pods of the cluster, but clients come through a load balancer. */
  outside: boolean;
  /** The port is open to pods with labels that no pod in the namespace has. */
  nobody?: PolicyRule[];
}

/** Network policies that block all clients, or all outside clients, from a Service's port. */
export const networkPolicyClosesPort = sceneCause({
  code: "network-policy-closes-port",
  stage: "reach",
  recovery: "possible",
  proofs: (scene: Scene): Proof[] =>
    servicesOf(scene).flatMap((service) => {
      const [first] = service.well;
      const policies = scene.observation.reach?.networkPolicies ?? [];
      const isolation = first === undefined ? undefined : isolationOf(policies, first.pod, "Ingress");
      if (first === undefined || isolation === undefined) return [];
      return (service.service.spec?.ports ?? []).flatMap((entry): Proof[] => {
        const { protocol = "TCP" } = entry;
        const { number: port, names } = podPortOf(first.pod, entry);
        if (port === undefined) return [];
        const open = isolation.rules.filter((rule) => opens(rule, port, names, protocol));
        if (open.length === 0) return [{ service, port, protocol, isolation, outside: false }];
        if (open.every((rule) => concernsNobody(scene, rule)))
          return [{ service, port, protocol, isolation, outside: false, nobody: open }];
        const fromOutside = open.some(({ peers }) => peers?.some(({ ranges }) => ranges.length > 0) ?? true);
        return service.service.spec?.type === "LoadBalancer" && !fromOutside
          ? [{ service, port, protocol, isolation, outside: true }]
          : [];
      });
    }),
  claim: (
    { observation },
    { service: { ref, name, namespace, selector }, port, protocol, isolation, outside, nobody },
  ) => {
    const { policies, rules } = isolation;
    const { stack } = observation.target;
    const list = policies.map((policy) => `"${policy}"`).join(", ");
    const ports = rules.flatMap(({ ports: some = [] }) => some.map((one) => String(one.port ?? "every port")));
    return {
      title: outside
        ? `The network policies ${list} let only pods reach port ${port} of the pods of the Service "${name}", and its clients come through a load balancer`
        : nobody !== undefined
          ? `The network policies ${list} admit to port ${port} of the pods of the Service "${name}" only pods with ${admitted(nobody)}, and namespace "${namespace}" has none`
          : `The network policies ${list} let nobody reach port ${port} of the pods of the Service "${name}"`,
      affected: [ref],
      evidence: [
        `policies that select these pods: ${policies.join(", ")}`,
        rules.length === 0
          ? "none of them has a rule that lets anything in"
          : outside
            ? `their rules for port ${port} name pods or namespaces, and no range of addresses`
            : nobody !== undefined
              ? `no pod of the namespace, and no template of one, has the labels ${admitted(nobody)}`
              : `their rules open ${ports.join(", ")}, not ${port}`,
      ],
      mend:
        stack === undefined
          ? openPolicy(observation, {
              say: outside
                ? "Let clients from outside in. Narrow the range if you know theirs:"
                : "Let the pods of all namespaces in. Name a namespace if you know it:",
              name: `${name}-clients`,
              direction: "Ingress",
              labels: selector,
              isolating: [isolation.selectors[0] ?? {}],
              rule: {
                from: outside ? [{ ipBlock: { cidr: "0.0.0.0/0" } }] : [{ namespaceSelector: {} }],
                ports: [{ protocol, port }],
              },
            })
          : [restoreObject(stack, "the network policies (setting tarmac:ingressFrom)")],
    };
  },
});

/**
 * Whether a rule allows only pods of the policy's namespace and no such pod exists. Known only if all pods were read.
 */
function concernsNobody({ observation, owners }: Scene, { peers }: PolicyRule): boolean {
  if (peers === undefined || observation.target.selector !== "") return false;
  const there = [
    ...observation.pods.map(({ metadata }) => metadata?.labels),
    ...owners.map(({ template }) => template?.metadata?.labels),
  ];
  return peers.every(
    ({ pods, namespaces, ranges }) =>
      ranges.length === 0 &&
      namespaces === undefined &&
      pods !== undefined &&
      !there.some((labels) => selectorMatches(pods, labels)),
  );
}

const admitted = (rules: readonly PolicyRule[]): string =>
  [
    ...new Set(
      rules.flatMap(({ peers = [] }) =>
        peers.map(({ pods }) =>
          pods?.matchLabels === undefined ? JSON.stringify(pods) : shownLabels(pods.matchLabels),
        ),
      ),
    ),
  ].join(" or ");
