import { type Event, lastSeen } from "../../cluster/kubernetesObjects.ts";
import { eventsOf, quoteEvent } from "../facts/eventFacts.ts";
import type { Scene } from "../facts/scene.ts";
import { run } from "../fixes/changeOwner.ts";
import type { Step } from "./cause.ts";
import { sceneCause } from "./cause.ts";

/** Usual upper limit for Azure to assign an address to a Service, in milliseconds. */
const usual = 3 * 60_000;

interface Answer {
  /** Meaning of Azure's error for this Service. */
  why: string;
  mend: (namespace: string, name: string) => Step[];
}

const annotate = (say: string, namespace: string, name: string, annotation: string): Step =>
  run(say, `kubectl annotate service ${name} --namespace ${namespace} ${annotation}`);

const prefix = "service.beta.kubernetes.io/";

/** Azure's error codes in events of the cloud controller: https://learn.microsoft.com/azure/aks/load-balancer-standard */
const answers: readonly [RegExp, (match: RegExpExecArray) => Answer][] = [
  [
    /PublicIPCountLimitReached|Cannot create more than \d+ public IP addresses/,
    () => ({
      why: "the subscription has no public IP address left in this region",
      mend: () => [
        run(
          "Show the quota:",
          "az network list-usages --location REGION --query \"[?contains(name.value, 'PublicIP')]\" --output table",
        ),
        { say: "Release addresses that nothing uses, or ask for a higher quota in the Azure portal." },
      ],
    }),
  ],
  [
    /(?:Linked)?AuthorizationFailed(?:.*?scope(?:\(s\))? '([^']+)')?/s,
    ([, scope = "SUBNET"]) => ({
      why: "the cluster's identity has no right to do it",
      mend: () => [
        run(
          "Grant the control plane's identity Network Contributor on the network or group that the event names:",
          `az role assignment create --role "Network Contributor" --assignee-object-id $(az aks show --resource-group GROUP --name CLUSTER --query "identity.userAssignedIdentities.*.principalId | [0]" --output tsv) --assignee-principal-type ServicePrincipal --scope ${scope}`,
        ),
      ],
    }),
  ],
  [
    /DnsRecordInUse|DNS record .* is already used/i,
    () => ({
      why: "its DNS label is taken in this region",
      mend: (namespace, name) => [
        annotate("Use another label:", namespace, name, `${prefix}azure-dns-label-name=NAME --overwrite`),
      ],
    }),
  ],
  [
    /SubnetIsFull|Subnet .* is full|does not have enough (?:capacity|addresses)/i,
    () => ({
      why: "the subnet has no free address",
      mend: () => [{ say: "Use another subnet for internal load balancers, or a larger one." }],
    }),
  ],
  [
    /RequestDisallowedByPolicy/,
    () => ({
      why: "an Azure Policy forbids it",
      mend: (namespace, name) => [
        annotate(
          "If public addresses are forbidden, use an internal load balancer:",
          namespace,
          name,
          `${prefix}azure-load-balancer-internal=true --overwrite`,
        ),
      ],
    }),
  ],
  [
    /(?:user supplied IP address|public IP) .*(?:was )?not found|not found in resource group/i,
    () => ({
      why: "the address it asks for does not exist in the group that is searched",
      mend: (namespace, name) => [
        run("Show the addresses:", "az network public-ip list --output table"),
        annotate(
          "Name the group that the address is in:",
          namespace,
          name,
          `${prefix}azure-load-balancer-resource-group=GROUP --overwrite`,
        ),
      ],
    }),
  ],
];

interface Proof {
  name: string;
  pendingSince: number;
  failure?: Event;
  otherClass?: string;
}

export const loadBalancerPending = sceneCause({
  code: "load-balancer-pending",
  stage: "reach",
  recovery: "possible",
  proofs: ({ observation, now }: Scene): Proof[] =>
    (observation.services ?? []).flatMap(({ metadata, spec, status }) => {
      if (metadata?.deletionTimestamp !== undefined) return [];
      if (spec?.type !== "LoadBalancer" || (status?.loadBalancer?.ingress ?? []).length > 0) return [];
      const name = metadata?.name ?? "";
      const events = eventsOf(observation, metadata?.uid, name);
      const failure = events.find(({ reason = "", type }) => type === "Warning" && /LoadBalancer/.test(reason));
      const pendingSince = now - Date.parse(metadata?.creationTimestamp ?? "");
      const started = events.some(({ reason }) => reason === "EnsuringLoadBalancer");
      const otherClass = spec.loadBalancerClass;
      // Without any sign of a controller, there is none: that is reported sooner.
      const patience = failure !== undefined ? 0 : started ? usual : usual / 3;
      if (pendingSince < patience) return [];
      return [
        {
          name,
          pendingSince,
          ...(failure === undefined ? {} : { failure }),
          ...(otherClass === undefined ? {} : { otherClass }),
        },
      ];
    }),
  claim: ({ observation: { target } }, { name, pendingSince, failure, otherClass }) => {
    const { namespace } = target;
    const message = failure?.message ?? "";
    const known = answers
      .map(([form, answer]) => {
        const match = form.exec(message);
        return match === null ? undefined : answer(match);
      })
      .find((answer) => answer !== undefined);
    const why =
      known?.why ??
      (failure !== undefined
        ? message.replace(/\s+/g, " ").slice(0, 200)
        : otherClass !== undefined
          ? `no controller takes its loadBalancerClass "${otherClass}"`
          : "no controller has reported anything about it");
    return {
      title: `The load balancer of the Service "${name}" has no address: ${why}`,
      affected: [`service/${name}`],
      evidence: [
        `service/${name} is of type LoadBalancer and has waited ${Math.round(pendingSince / 1000)} s for an address`,
        ...(failure === undefined
          ? []
          : [quoteEvent(failure), `last seen ${new Date(lastSeen(failure)).toISOString()}`]),
      ],
      mend: [
        ...(known?.mend(namespace, name) ?? []),
        ...(otherClass !== undefined && failure === undefined
          ? [
              {
                say: `Install the controller of the class "${otherClass}". For the cloud's own load balancer create the Service again without loadBalancerClass, which cannot be changed.`,
              },
            ]
          : []),
        run("Show what the cloud controller says:", `kubectl describe service ${name} --namespace ${namespace}`),
      ],
    };
  },
});
