/** Faults between clients and pods, with messages of controllers that the local environment does not have. */
import { event, before, node, observation, pod } from "./exampleObservations.ts";
import type { Observation, ReachLook } from "../../../../ops/doctor/observation.ts";
import type { Wording } from "./wordings.ts";

type Service = NonNullable<Observation["services"]>[number];

const labels = { app: "web" };
const web = () =>
  pod("web-1", {
    metadata: { labels },
    spec: {
      containers: [
        {
          name: "main",
          image: "reg.example.com/app:v1",
          ports: [{ containerPort: 8080, name: "http" }],
          readinessProbe: { httpGet: { path: "/ready", port: "http" } },
        },
      ],
    },
  });

export const serviceOf = (spec: object = {}, status: object = {}): Service => ({
  metadata: { name: "web", uid: "uid-service", creationTimestamp: before(600) },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  status,
});

export const reached = (reach: ReachLook, parts: Partial<Observation> = {}): Observation =>
  observation({ pods: [web()], services: [serviceOf()], reach, ...parts });

const balancer = (message: string): Observation =>
  reached(
    {},
    {
      services: [serviceOf({ type: "LoadBalancer" })],
      events: [
        {
          ...event("web", "SyncLoadBalancerFailed", message),
          type: "Warning",
          involvedObject: { kind: "Service", name: "web", uid: "uid-service" },
        },
      ],
    },
  );

const gateway = (conditions: object[], listeners: object[] = [], age = 600): Observation =>
  reached({
    gatewayClasses: [{ metadata: { name: "approuting-istio" } }],
    gateways: [
      {
        metadata: { name: "edge", creationTimestamp: before(age) },
        spec: { gatewayClassName: "approuting-istio", listeners: [{ name: "https", hostname: "shop.example.com" }] },
        status: { conditions, listeners } as NonNullable<NonNullable<ReachLook["gateways"]>[number]["status"]>,
      },
    ],
  });

const programmed = { type: "Programmed", status: "True", reason: "Programmed" };

/** A route whose Gateway has the address 20.1.1.1. */
export const named = (hosts: NonNullable<ReachLook["hosts"]>): Observation => {
  const seen = gateway([{ type: "Accepted", status: "True", reason: "Accepted" }, programmed]);
  const [edge] = seen.reach?.gateways ?? [];
  Object.assign(edge?.status ?? {}, { addresses: [{ type: "IPAddress", value: "20.1.1.1" }] });
  const route = {
    metadata: { name: "shop", creationTimestamp: before(600) },
    spec: { parentRefs: [{ name: "edge" }], hostnames: ["shop.example.com", "*.example.com"] },
  };
  return { ...seen, reach: { ...seen.reach, httpRoutes: [route], hosts } };
};

/** A route to a Service of namespace "other". */
export const foreignBackend = (reason: string): Observation => {
  const seen = named({});
  const [route] = seen.reach?.httpRoutes ?? [];
  Object.assign(route?.spec ?? {}, { rules: [{ backendRefs: [{ name: "api", namespace: "other", port: 80 }] }] });
  Object.assign(route ?? {}, {
    status: {
      parents: [
        {
          parentRef: { name: "edge" },
          conditions: [
            { type: "Accepted", status: "True", reason: "Accepted" },
            { type: "ResolvedRefs", status: "False", reason, message: "backendRef other/api" },
          ],
        },
      ],
    },
  });
  return seen;
};

/** A Deployment of one healthy pod in a namespace with a quota. */
export const quotaOf = (
  hard: Record<string, string>,
  used: Record<string, string>,
  strategy: object = {},
): Observation => {
  const one = web();
  Object.assign(one.metadata ?? {}, {
    ownerReferences: [{ kind: "ReplicaSet", name: "web-1", uid: "rs", apiVersion: "apps/v1", controller: true }],
  });
  Object.assign(one.spec?.containers[0] ?? {}, { resources: { limits: { memory: "128Mi" } } });
  return reached(
    { quotas: [{ metadata: { name: "team" }, spec: { hard }, status: { hard, used } }] },
    {
      pods: [one],
      deployments: [
        {
          metadata: { name: "web", uid: "dep", creationTimestamp: before(900) },
          spec: { replicas: 1, selector: {}, template: { metadata: { labels } }, strategy },
          status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
        },
      ],
      replicaSets: [
        {
          metadata: {
            name: "web-1",
            uid: "rs",
            ownerReferences: [{ kind: "Deployment", name: "web", apiVersion: "", uid: "dep" }],
          },
          spec: { replicas: 1, selector: {} },
        },
      ],
    },
  );
};

export const reachWordings: readonly Wording[] = [
  {
    code: "load-balancer-pending",
    made: "Azure refuses the subnet",
    seen: () =>
      balancer(
        'Error syncing load balancer: failed to ensure load balancer: Retriable: false, HTTPStatusCode: 403, RawError: {"error":{"code":"LinkedAuthorizationFailed","message":"The client has permission to perform action \'Microsoft.Network/loadBalancers/write\' on scope \'/subscriptions/s/lb\'; however, it does not have permission to perform action(s) \'Microsoft.Network/virtualNetworks/subnets/join/action\' on the linked scope(s) \'/subscriptions/s/subnets/internal\'"}}',
      ),
  },
  {
    code: "load-balancer-pending",
    made: "no public address left",
    seen: () =>
      balancer(
        "Error syncing load balancer: PublicIPCountLimitReached: Cannot create more than 10 public IP addresses for this subscription in this region.",
      ),
  },
  {
    code: "finalizer-holds-object",
    made: "Service whose load balancer cannot be deleted",
    seen: () => {
      const going = serviceOf({ type: "LoadBalancer" });
      const metadata = {
        ...going.metadata,
        deletionTimestamp: before(600),
        finalizers: ["service.kubernetes.io/load-balancer-cleanup"],
      };
      return reached({ endpointSlices: [] }, { services: [{ ...going, metadata }] });
    },
  },
  {
    code: "finalizer-holds-object",
    made: "Ingress with the finalizers of a missing controller and of the garbage collector",
    seen: () =>
      reached({
        ingresses: [
          {
            metadata: {
              name: "shop",
              deletionTimestamp: before(600),
              finalizers: ["example.com/edge", "foregroundDeletion"],
            },
          },
        ],
      }),
  },
  {
    code: "gateway-not-programmed",
    made: "listener without its certificate",
    seen: () =>
      gateway(
        [{ type: "Accepted", status: "True", reason: "Accepted" }, programmed],
        [
          {
            name: "https",
            conditions: [
              {
                type: "ResolvedRefs",
                status: "False",
                reason: "InvalidCertificateRef",
                message: "secret shop/shop-tls not found",
              },
            ],
          },
        ],
      ),
  },
  {
    code: "gateway-not-programmed",
    made: "no controller answers",
    seen: () =>
      gateway([{ type: "Accepted", status: "Unknown", reason: "Pending", message: "Waiting for controller" }]),
  },
  {
    code: "route-not-accepted",
    made: "host of no listener",
    seen: () =>
      reached({
        gateways: [
          {
            metadata: { name: "edge", creationTimestamp: before(600) },
            spec: { gatewayClassName: "approuting-istio", listeners: [{ name: "http", hostname: "*.example.net" }] },
            status: { conditions: [programmed] },
          },
        ],
        gatewayClasses: [{ metadata: { name: "approuting-istio" } }],
        httpRoutes: [
          {
            metadata: { name: "shop", creationTimestamp: before(600) },
            spec: { parentRefs: [{ name: "edge" }], hostnames: ["shop.example.com"] },
            status: {
              parents: [
                {
                  parentRef: { name: "edge" },
                  conditions: [
                    {
                      type: "Accepted",
                      status: "False",
                      reason: "NoMatchingListenerHostname",
                      message: 'no hostnames matched parent hostname "*.example.net"',
                    },
                  ],
                },
              ],
            },
          },
        ],
      }),
  },
  {
    code: "route-not-accepted",
    made: "Service of another namespace without a ReferenceGrant",
    seen: () => foreignBackend("RefNotPermitted"),
  },
  {
    code: "route-not-accepted",
    made: "Service of another namespace that does not exist",
    seen: () => foreignBackend("BackendNotFound"),
  },
  {
    code: "certificate-not-issued",
    made: "order of cert-manager that fails",
    seen: () =>
      reached({
        certificates: [
          {
            metadata: { name: "shop", creationTimestamp: before(1200) },
            spec: {
              secretName: "shop-tls",
              dnsNames: ["shop.example.com"],
              issuerRef: { name: "le", kind: "ClusterIssuer" },
            },
            status: {
              conditions: [
                {
                  type: "Ready",
                  status: "False",
                  reason: "DoesNotExist",
                  message: "Issuing certificate as Secret does not exist",
                },
                {
                  type: "Issuing",
                  status: "False",
                  reason: "Failed",
                  message:
                    'The certificate request has failed to complete and will be retried: Failed to wait for order resource "shop-1" to become ready: order is in "invalid" state',
                },
              ],
            },
          },
        ],
      }),
  },
  {
    code: "tls-certificate-unusable",
    made: "expired certificate of a Gateway",
    seen: () =>
      reached({
        gatewayClasses: [{ metadata: { name: "approuting-istio" } }],
        gateways: [
          {
            metadata: { name: "edge", creationTimestamp: before(600) },
            spec: {
              gatewayClassName: "approuting-istio",
              listeners: [
                { name: "https", hostname: "shop.example.com", tls: { certificateRefs: [{ name: "shop-tls" }] } },
              ],
            },
            status: { conditions: [programmed] },
          },
        ],
        tls: {
          "shop-tls": {
            exists: true,
            from: before(100 * 86400),
            until: before(86400),
            names: ["*.example.com"],
            issuer: "CN=test",
          },
        },
      }),
  },
  {
    code: "network-policy-closes-port",
    made: "policy that admits pods with a label that none has",
    seen: () =>
      reached({
        networkPolicies: [
          {
            metadata: { name: "clients" },
            spec: {
              podSelector: { matchLabels: labels },
              ingress: [{ from: [{ podSelector: { matchLabels: { role: "frontend" } } }] } as object],
            },
          },
        ],
      }),
  },
  {
    code: "service-wrong-target-port",
    made: "closed port that the container declares, no probe, log with the right one",
    seen: () => {
      const bare = web();
      delete bare.spec?.containers[0]?.readinessProbe;
      return reached(
        { refusedPorts: { "web-1:8080": "dial tcp 10.0.0.5:8080: connect: connection refused" } },
        { pods: [bare], logs: [{ pod: "web-1", container: "main", current: "listening on :3000" }] },
      );
    },
  },
  {
    code: "service-wrong-target-port",
    made: "port on which the process listens inside the pod only",
    seen: () => {
      const bare = web();
      delete bare.spec?.containers[0]?.readinessProbe;
      return reached(
        { refusedPorts: { "web-1:8080": "dial tcp 10.0.0.5:8080: connect: connection refused" } },
        { pods: [bare], logs: [{ pod: "web-1", container: "main", current: "listening on http://127.0.0.1:8080" }] },
      );
    },
  },
  {
    code: "hostname-elsewhere",
    made: "name of a route that leads to an address where nothing answers, instead of its Gateway's",
    seen: () =>
      named({
        "shop.example.com": { addresses: ["51.1.1.1"], answers: { "51.1.1.1": "closed", "20.1.1.1": "other" } },
      }),
  },
  {
    code: "hostname-elsewhere",
    made: "name of a route that leads to a server without a certificate for it",
    seen: () =>
      named({ "shop.example.com": { addresses: ["51.1.1.1"], answers: { "51.1.1.1": "other", "20.1.1.1": "open" } } }),
  },
  {
    code: "hostname-elsewhere",
    made: "name of an Ingress that does not exist",
    seen: () =>
      reached({
        ingresses: [
          {
            metadata: { name: "shop" },
            spec: { rules: [{ host: "shop.example.com" }] },
            status: { loadBalancer: { ingress: [{ hostname: "lb.example.net" }] } },
          },
        ],
        hosts: { "shop.example.com": { addresses: [] }, "lb.example.net": { addresses: ["20.1.1.1"] } },
      }),
  },
  {
    code: "quota-blocks-rollout",
    made: "quota of pods that is used up, beside a Deployment of two",
    seen: () => quotaOf({ pods: "1" }, { pods: "1" }),
  },
  {
    code: "quota-blocks-rollout",
    made: "quota of memory with less left than the rollout's extra pod needs",
    seen: () => quotaOf({ "limits.memory": "250Mi" }, { "limits.memory": "128Mi" }),
  },
  {
    code: "disruption-budget-blocks-drain",
    made: "budget of every pod, on a node that is drained",
    seen: () =>
      reached(
        {
          budgets: [
            {
              metadata: { name: "web" },
              spec: { minAvailable: 1, selector: { matchLabels: labels } },
              status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
            },
          ],
        },
        { nodes: [node("node-1", { unschedulable: true })] },
      ),
  },
];
