/** Faulty Services, routes, policies and autoscalers with healthy pods, and pods that cannot sign in to Azure. */
import type { CauseCode } from "../../../ops/doctor/causes/causeCodes.ts";

/** Placeholder in the objects for the name of the local environment's base image. */
export const baseImagePlaceholder = "BASE_IMAGE";

export interface ReachCase {
  /** Name of its namespace. */
  name: string;
  /** The causes that the doctor must name, and the objects that they affect. */
  expected: readonly { code: CauseCode; affected: string; made: string }[];
  objects: readonly object[];
  /** Set if a command that the doctor prints fixes everything. */
  mended: boolean;
}

const meta = (name: string, more: object = {}) => ({ name, ...more });

const service = (name: string, selector: Record<string, string>, targetPort: number | string, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: meta(name),
  spec: { selector, ports: [{ port: 80, targetPort }], ...spec },
});

function deployment(name: string, script: string, pod: { labels?: object; spec?: object; probed?: boolean } = {}) {
  const { labels = {}, spec = {}, probed = true } = pod;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta(name),
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, ...labels } },
        spec: {
          terminationGracePeriodSeconds: 1,
          ...spec,
          containers: [
            {
              name: "main",
              image: baseImagePlaceholder,
              command: ["node", "-e", script],
              ...(probed
                ? {
                    ports: [{ containerPort: 8080, name: "http" }],
                    readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
                  }
                : {}),
            },
          ],
        },
      },
    },
  };
}

const web = deployment("web", "require('http').createServer((_, answer) => answer.end('ok')).listen(8080)");
const failing = (message: string) => `throw new Error(${JSON.stringify(message)})`;
const subject = "system:serviceaccount:NAMESPACE:mailer";

const autoscaler = (name: string, target: string) => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: meta(name),
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: target },
    maxReplicas: 2,
    metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } }],
  },
});

const policy = (name: string, ingress: object[]) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: meta(name),
  spec: { podSelector: {}, policyTypes: ["Ingress"], ingress },
});

export const reachCases: readonly ReachCase[] = [
  {
    name: "services",
    mended: true,
    expected: [
      {
        code: "service-selects-no-pods",
        affected: "service/selector",
        made: "Service whose selector has a typing error",
      },
      {
        code: "service-port-name-unknown",
        affected: "service/named",
        made: "Service with a target port of another name",
      },
      { code: "service-wrong-target-port", affected: "service/number", made: "Service with another target port" },
    ],
    objects: [
      web,
      service("well", { app: "web" }, 8080),
      service("selector", { app: "wbe" }, 8080),
      service("named", { app: "web" }, "htpp"),
      service("number", { app: "web" }, 3000),
    ],
  },
  {
    name: "policies",
    mended: true,
    expected: [
      {
        code: "network-policy-closes-port",
        affected: "service/web",
        made: "NetworkPolicies that open another port only",
      },
    ],
    objects: [
      web,
      service("web", { app: "web" }, "http"),
      policy("deny", []),
      policy("metrics", [{ ports: [{ port: 9090 }] }]),
    ],
  },
  {
    name: "targets",
    mended: true,
    expected: [
      { code: "route-backend-missing", affected: "ingress/shop", made: "Ingress to a Service with a typing error" },
    ],
    objects: [
      web,
      service("web", { app: "web" }, 8080),
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: meta("shop", { annotations: { "kubernetes.io/ingress.class": "of-before" } }),
        spec: {
          rules: [
            {
              host: "shop.example.com",
              http: {
                paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "wep", port: { number: 80 } } } }],
              },
            },
          ],
        },
      },
    ],
  },
  {
    name: "unserved",
    mended: false,
    expected: [
      { code: "ingress-class-missing", affected: "ingress/shop", made: "Ingress of a class that does not exist" },
      { code: "tls-certificate-unusable", affected: "ingress/shop", made: "Ingress with the Secret of no certificate" },
    ],
    objects: [
      web,
      service("web", { app: "web" }, 8080),
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: meta("shop"),
        spec: {
          ingressClassName: "ngnix",
          tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }],
          defaultBackend: { service: { name: "web", port: { number: 80 } } },
        },
      },
    ],
  },
  {
    name: "autoscaler",
    mended: false,
    expected: [
      {
        code: "autoscaler-without-metrics",
        affected: "horizontalpodautoscaler/scale",
        made: "autoscaler of a Deployment without a CPU request",
      },
      {
        code: "autoscaler-without-metrics",
        affected: "horizontalpodautoscaler/lost",
        made: "autoscaler of a Deployment that does not exist",
      },
    ],
    objects: [web, autoscaler("scale", "web"), autoscaler("lost", "webb")],
  },
  {
    name: "identity",
    mended: false,
    expected: [
      {
        code: "workload-identity-label-missing",
        affected: "deployment/unlabeled",
        made: "ServiceAccount with an identity, pod without the label",
      },
      {
        code: "workload-identity-not-federated",
        affected: "deployment/untrusted",
        made: "process that prints AADSTS700213",
      },
      {
        code: "workload-identity-client-id-missing",
        affected: "deployment/unknown",
        made: "process that prints AADSTS700016",
      },
      {
        code: "azure-role-missing",
        affected: "deployment/forbidden",
        made: "process that prints Key Vault's refusal",
      },
    ],
    objects: [
      {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: meta("mailer", {
          annotations: { "azure.workload.identity/client-id": "11111111-2222-4333-8444-555555555555" },
        }),
      },
      ...(
        [
          [
            "unlabeled",
            "CredentialUnavailableError: WorkloadIdentityCredential: is unavailable. tenantId, clientId, and federatedTokenFilePath are required parameters.",
          ],
          [
            "untrusted",
            `AADSTS700213: No matching federated identity record found for presented assertion subject '${subject}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.`,
          ],
          [
            "unknown",
            "AADSTS700016: Application with identifier '11111111-2222-4333-8444-555555555555' was not found in the directory 'Contoso'.",
          ],
          [
            "forbidden",
            "Caller is not authorized to perform action on resource.\nCaller: appid=a;oid=11111111-2222-4333-8444-666666666666;iss=https://sts.windows.net/t/\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\nResource: '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/shop/secrets/db'\nAssignment: (not found)",
          ],
        ] as const
      ).map(([name, message]) =>
        deployment(name, failing(message), {
          probed: false,
          labels: name === "unlabeled" ? {} : { "azure.workload.identity/use": "true" },
          spec: { serviceAccountName: "mailer" },
        }),
      ),
    ],
  },
];
