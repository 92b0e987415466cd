import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { Gateway, type GatewayArgs } from "../../../components/gateway.ts";
import { guid, nameSuffix, subscription } from "../providerAnswers.ts";
import { type CloudOptions, labels, mockCloud, only, refusal, valueOf } from "../pulumiMocks.ts";

const types = {
  account: "kubernetes:core/v1:ServiceAccount",
  assignment: "azure-native:authorization:RoleAssignment",
  credential: "azure-native:managedidentity:FederatedIdentityCredential",
  gateway: "kubernetes:gateway.networking.k8s.io/v1:Gateway",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
  namespace: "kubernetes:core/v1:Namespace",
  policy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  route: "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
};
const args = {
  hostname: "hello.example.com",
  gatewayClass: "approuting-istio",
  routesFrom: "apps",
  certificateIssuer: "letsencrypt",
} satisfies GatewayArgs;
const withSecret = { ...args, certificateIssuer: undefined, tlsSecret: "tls" };

async function create(gatewayArgs: GatewayArgs = args, preview: CloudOptions["preview"] = false) {
  const cloud = await mockCloud({ preview });
  const provider = new Provider("cluster", { kubeconfig: "x" });
  const gateway = new Gateway("hello", gatewayArgs, { provider });
  return { gateway, resources: await cloud.settled() };
}

const expected = [
  `${types.namespace}::hello-gateway`,
  `${types.gateway}::hello`,
  `${types.route}::hello-redirect`,
  `${types.policy}::hello-gateway`,
  `${types.policy}::hello-gateway-default-deny`,
  `${types.policy}::hello-http01-challenge`,
  "pulumi:providers:kubernetes::cluster",
  "tarmac:kubernetes:AppNamespace::hello-gateway",
  "tarmac:kubernetes:Gateway::hello",
].sort();

test.each([false, true])(
  "is a Gateway in a namespace of its own (preview: %s)",
  async (preview) => {
    const { gateway, resources } = await create(args, preview);
    expect(labels(resources)).toEqual(expected);
    expect(await valueOf(gateway.namespaceName)).toBe("hello-gateway");
    expect(await valueOf(gateway.gatewayName)).toBe("hello");
  },
  60_000,
);

test("has a namespace that admits Istio's pods, which the restricted standard would refuse", async () => {
  const { resources } = await create();
  expect(only(resources, types.namespace).inputs.metadata).toMatchObject({
    labels: { "pod-security.kubernetes.io/enforce": "baseline" },
  });
});

test("waits until it is programmed, and accepts routes only from the service's namespace", async () => {
  const { resources } = await create();
  const { inputs, dependencies } = only(resources, types.gateway);
  expect(dependencies).toContain(`${types.policy}::hello-gateway`);
  expect(inputs).toMatchObject({
    metadata: {
      ...{ name: "hello", namespace: "hello-gateway" },
      annotations: { "pulumi.com/waitFor": "condition=Programmed", "cert-manager.io/cluster-issuer": "letsencrypt" },
    },
    spec: {
      gatewayClassName: "approuting-istio",
      listeners: [
        {
          ...{ name: "http", port: 80, protocol: "HTTP", hostname: "hello.example.com" },
          allowedRoutes: { namespaces: { from: "Same" } },
        },
        {
          ...{ name: "https", port: 443, protocol: "HTTPS", hostname: "hello.example.com" },
          allowedRoutes: {
            namespaces: { from: "Selector", selector: { matchLabels: { "kubernetes.io/metadata.name": "apps" } } },
          },
          tls: { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: "hello-tls" }] },
        },
      ],
    },
  });
  expect(inputs.spec).not.toHaveProperty("addresses");
  expect(inputs.spec).not.toHaveProperty("infrastructure");
});

test("sends plain http to https", async () => {
  const { resources } = await create();
  expect(only(resources, types.route, "hello-redirect").inputs).toMatchObject({
    metadata: { namespace: "hello-gateway" },
    spec: {
      parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "hello", sectionName: "http" }],
      hostnames: ["hello.example.com"],
      rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] }],
    },
  });
});

test("lets its pods talk, and cert-manager answer challenges", async () => {
  const { resources } = await create();
  expect(only(resources, types.policy, "hello-gateway").inputs.spec).toMatchObject({
    podSelector: { matchLabels: { "gateway.networking.k8s.io/gateway-name": "hello" } },
    ingress: [{}],
  });
  expect(only(resources, types.policy, "hello-http01-challenge").inputs.spec).toEqual({
    podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8089, protocol: "TCP" }] }],
  });
  expect(labels((await create(withSecret)).resources)).toEqual(
    expected.filter((label) => !label.endsWith("http01-challenge")),
  );
});

test("passes on what other implementations need: annotations, addresses, and annotations of what they create", async () => {
  const { resources } = await create({
    ...withSecret,
    gatewayClass: "azure-alb-external",
    annotations: { "alb.networking.azure.io/alb-id": "id" },
    infrastructureAnnotations: { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" },
    addresses: [{ type: "alb.networking.azure.io/alb-frontend", value: "web" }, { value: "10.1.0.10" }],
  });
  expect(only(resources, types.gateway).inputs).toMatchObject({
    metadata: { annotations: { "alb.networking.azure.io/alb-id": "id" } },
    spec: {
      addresses: [
        { type: "alb.networking.azure.io/alb-frontend", value: "web" },
        { type: "IPAddress", value: "10.1.0.10" },
      ],
      infrastructure: { annotations: { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" } },
    },
  });
});

describe("a certificate of Key Vault", () => {
  const vault = `${subscription}/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/shop`;
  const fromVault = {
    ...{ certificateId: `${vault}/certificates/hello`, resourceGroupName: "group", location: "westeurope" },
    issuerUrl: pulumi.output("https://westeurope.oic.prod-aks.azure.com/tenant/cluster/"),
  };
  const inVault = { ...args, certificateIssuer: undefined, keyVaultCertificate: fromVault };

  test("is fetched by the gateway's own identity, which may read only this certificate", async () => {
    const { resources } = await create(inVault);
    expect(only(resources, types.credential).inputs).toMatchObject({
      resourceName: `hello-gateway${nameSuffix}`,
      issuer: "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/",
      subject: "system:serviceaccount:hello-gateway:certificates",
      audiences: ["api://AzureADTokenExchange"],
    });
    expect(only(resources, types.account).inputs.metadata).toMatchObject({
      ...{ name: "certificates", namespace: "hello-gateway" },
      annotations: { "azure.workload.identity/client-id": guid("client hello-gateway") },
      labels: { "azure.workload.identity/use": "true" },
    });
    expect(only(resources, types.assignment).inputs).toMatchObject({
      scope: `${vault}/secrets/hello`,
      principalId: guid("principal hello-gateway"),
      roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
    });
    expect(only(resources, types.gateway).inputs).toMatchObject({
      spec: {
        listeners: [
          {},
          {
            tls: {
              options: {
                "kubernetes.azure.com/tls-cert-keyvault-uri": "https://shop.vault.azure.net/certificates/hello",
                "kubernetes.azure.com/tls-cert-service-account": "certificates",
              },
            },
          },
        ],
      },
    });
    expect(JSON.stringify(only(resources, types.gateway).inputs)).not.toContain("certificateRefs");
    expect(only(resources, types.identity).provider ?? "default").not.toContain("cluster");
  });

  test("is read by an identity whose ids the preview of an update knows", async () => {
    const { resources } = await create(inVault, "update");
    expect(only(resources, types.assignment).inputs.principalId).toBe(guid("principal hello-gateway"));
    expect(only(resources, types.account).inputs.metadata).toMatchObject({
      annotations: { "azure.workload.identity/client-id": guid("client hello-gateway") },
    });
  });

  test("needs no grant if the vault's owner makes it", async () => {
    const { resources } = await create({ ...inVault, keyVaultCertificate: { ...fromVault, assignRole: false } });
    expect(labels(resources).filter((label) => label.startsWith(types.assignment))).toEqual([]);
  });
});

test.each<[string, Partial<GatewayArgs>, string[]]>([
  [
    "no certificate",
    { certificateIssuer: undefined },
    [
      "tlsSecret: a certificate is missing: set tlsSecret, the Secret that holds it, certificateIssuer, which creates it, or keyVaultCertificate",
    ],
  ],
  [
    "invalid names",
    { hostname: "hello", gatewayClass: "Istio", annotations: { "a b": "c" } },
    [
      'hostname: "hello" is not a host name: use the full name in lower case, without "https://", e.g. "hello.example.com"',
      'gatewayClass: "Istio" is not a Kubernetes object name: use lower-case letters, digits, "-", and ".", starting and ending with a letter or digit, e.g. "hello-tls"',
      'annotations.a b: "a b" is not an annotation key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/owner"',
    ],
  ],
])("refuses %s before anything is registered", async (_, more, problems) => {
  const cloud = await mockCloud();
  expect(refusal(() => new Gateway("hello", { ...args, ...more }))).toEqual(problems);
  expect(await cloud.settled()).toEqual([]);
});
