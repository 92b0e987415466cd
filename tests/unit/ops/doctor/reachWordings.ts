/** What is wrong between clients and pods, by the words of controllers that the local environment does not have. */
import { event, before, node, observation, pod } from "./observations.ts";
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
