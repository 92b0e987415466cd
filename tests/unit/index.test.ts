import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { digest, guid, loadBalancerAddress, nameSuffix, shownOfCluster, subscription } from "./providerAnswers.ts";
import {
  labels,
  mockCloud,
  only,
  secret,
  unknown,
  valueOf,
  type CloudOptions,
  type Registered,
} from "./pulumiMocks.ts";

const types = {
  credential: "azure-native:managedidentity:FederatedIdentityCredential",
  assignment: "azure-native:authorization:RoleAssignment",
  cluster: "azure-native:containerservice:ManagedCluster",
  deployment: "kubernetes:apps/v1:Deployment",
  image: "docker:index/image:Image",
  namespace: "kubernetes:core/v1:Namespace",
  registry: "azure-native:containerregistry/v20251101:Registry",
};

/** The resources of a stack with default settings. */
const everything = [
  `${types.assignment}::hello-deployer`,
  `${types.assignment}::hello-operate-kubelet`,
  `${types.assignment}::hello-own`,
  `${types.assignment}::hello-own-abac`,
  `${types.registry}::hello`,
  `${types.cluster}::hello`,
  "azure-native:managedidentity:UserAssignedIdentity::hello-control-plane",
  "azure-native:managedidentity:UserAssignedIdentity::hello-kubelet",
  "azure-native:resources:ResourceGroup::hello-test",
  `${types.image}::hello`,
  `${types.deployment}::hello`,
  `${types.namespace}::hello`,
  "kubernetes:core/v1:Service::hello",
  "kubernetes:core/v1:ServiceAccount::hello",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy::hello",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy::hello-default-deny",
  "kubernetes:policy/v1:PodDisruptionBudget::hello",
  "pulumi:providers:kubernetes::hello-kubernetes",
  "tarmac:azure:Cluster::hello",
  "tarmac:azure:ClusterAccess::hello",
  "tarmac:azure:Identities::hello",
  "tarmac:azure:PullAccess::hello",
  "tarmac:azure:Registry::hello",
  "tarmac:docker:AppImage::hello",
  "tarmac:kubernetes:AppNamespace::hello",
  "tarmac:kubernetes:Workload::hello",
];

/** Loads and runs the program, again with each call. Its imports are loaded only once, because that takes a second. */
const program = async () => {
  let exported: Record<string, unknown> = {};
  await jest.isolateModulesAsync(async () => {
    for (const [path, loaded] of imported) jest.doMock(path, () => loaded);
    exported = await import("../../index.ts");
  });
  return exported;
};
const imported = new Map<string, unknown>();

/** Runs the program with these settings. Shows its exports in the form of the engine's records. */
async function run(settings: Record<string, string> = {}, options: CloudOptions = {}) {
  const cloud = await mockCloud(options);
  const values = Object.entries({ location: "swedencentral", ...settings }).map(
    ([key, value]) => [`tarmac:${key}`, value] as const,
  );
  // Stored encrypted, as a secret must be.
  pulumi.runtime.setAllConfig(Object.fromEntries(values), ["tarmac:kubeconfig", "tarmac:registryPassword"]);
  const exported = await program();
  const resources = await cloud.settled();
  const outputs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(exported)) {
    const output = pulumi.output(value);
    outputs[name] = (await pulumi.isSecret(output)) ? secret(await valueOf(output)) : await valueOf(output);
  }
  return { resources, events: cloud.events, outputs };
}
type Run = Awaited<ReturnType<typeof run>>;

/** Everything that a resource waits for: its dependencies, those of its parents, and so on. */
function waitsFor(resources: readonly Registered[], label: string, found = new Set<string>()): Set<string> {
  const resource = resources.find((one) => one.label === label);
  for (const next of [...(resource?.dependencies ?? []), resource?.parent, resource?.provider]) {
    if (next === undefined || found.has(next)) continue;
    found.add(next);
    waitsFor(resources, next, found);
  }
  return found;
}

const fetched = jest
  .spyOn(globalThis, "fetch")
  .mockImplementation(() => Promise.resolve(new Response(JSON.stringify({ refresh_token: "refresh" }))));

/** URLs of sign-ins so far. */
const signIns = () =>
  fetched.mock.calls.map(([url]) => url).filter((url) => typeof url === "string" && url.endsWith("/exchange"));

let update: Run;
let preview: Run;
let adjusted: Run;
const pushedBy: unknown[] = [];
// Three runs of the whole program can exceed jest's default of 5 s on a busy machine.
const patience = 60_000;
beforeAll(async () => {
  for (const [, path = ""] of readFileSync("index.ts", "utf8").matchAll(/ (?:from )?"(.+)";$/gm)) {
    const fromHere = path.replace(/^\.\//, "../../");
    imported.set(fromHere, await import(fromHere));
  }
  update = await run({}, { slow: { [types.assignment]: 1000, [types.cluster]: 1500 } });
  pushedBy.push(...signIns());
  preview = await run({}, { preview: true });
  adjusted = await run({
    ...{ appName: "shop", owner: "platform-team", protect: "true", namespace: "apps", repository: "team/shop" },
    ...{ imageTag: "1.4.2", serviceType: "PublicLoadBalancer", servicePort: "8000", localAccounts: "true" },
    ...{ registryName: "contosoShop", registrySku: "Premium", kubernetesVersion: "1.36", clusterTier: "Standard" },
    ...{ nodeSize: "Standard_D4s_v5", nodeCount: "3", nodeDiskSizeGB: "64", nodeZones: '["1","2"]', replicas: "5" },
    ...{ userPools: '{"apps":{"vmSize":"Standard_D2s_v5","count":2}}', clusterAdmins: `{"${guid("admins")}":"Group"}` },
    ...{ buildArgs: '{"NODE_IMAGE":"node:24"}', buildTarget: "build", dockerfile: "app/Dockerfile" },
  });
}, patience);
afterAll(() => fetched.mockRestore());

test("creates exactly these resources", () => {
  expect(labels(update.resources)).toEqual(everything);
});

test("previews exactly what it creates", () => {
  expect(labels(preview.resources)).toEqual(everything);
});

test("creates user pools and listed administrators as well, and uses the names from the settings", () => {
  const expected = everything
    .filter((label) => label !== `${types.assignment}::hello-deployer`)
    .map((label) => label.replace("::hello", "::shop"))
    .map((label) => label.replace(/(Namespace::)shop|shop(-default-deny)/, "$1apps$2"));
  const more = [
    `${types.assignment}::shop-${guid("admins")}`,
    "azure-native:containerservice:AgentPool::shop-apps",
    "azure-native:resources:Deployment::shop-system-version",
  ];
  expect(labels(adjusted.resources)).toEqual([...expected, ...more].sort());
});

describe("the order of resources", () => {
  const position = (event: string) => {
    const index = update.events.indexOf(event);
    if (index === -1) throw new Error(`no "${event}" among\n${update.events.join("\n")}`);
    return index;
  };

  test("no node starts before its identity is usable and may pull, and the cluster has an administrator", () => {
    for (const grant of ["hello-operate-kubelet", "hello-own", "hello-own-abac", "hello-deployer"]) {
      expect(waitsFor(update.resources, `${types.cluster}::hello`)).toContain(`${types.assignment}::${grant}`);
      expect(position(`done ${types.assignment}::${grant}`)).toBeLessThan(position(`start ${types.cluster}::hello`));
    }
  });

  test("no pod starts before its image is pushed and its node may pull it", () => {
    const awaited = waitsFor(update.resources, `${types.deployment}::hello`);
    expect(awaited).toContain(`${types.image}::hello`);
    expect(awaited).toContain(`${types.assignment}::hello-own`);
    expect(awaited).toContain(`${types.cluster}::hello`);
    expect(awaited).toContain(`${types.namespace}::hello`);
    expect(only(update.resources, types.deployment).dependencies).toContain(`${types.image}::hello`);
    // The workload itself also depends on the grant: on an existing cluster, nothing else makes it wait.
    const { dependencies } = only(update.resources, "tarmac:kubernetes:Workload");
    expect(dependencies).toContain(`${types.assignment}::hello-own`);
  });

  test("the image builds in parallel with the cluster and the grants, because it needs only the registry", () => {
    const azure = [...waitsFor(update.resources, `${types.image}::hello`)].filter((label) => label.startsWith("azure"));
    expect(azure.sort()).toEqual([`${types.registry}::hello`, "azure-native:resources:ResourceGroup::hello-test"]);
    expect(position(`done ${types.image}::hello`)).toBeLessThan(position(`done ${types.assignment}::hello-own`));
    expect(position(`done ${types.image}::hello`)).toBeLessThan(position(`done ${types.cluster}::hello`));
  });

  test("everything in Kubernetes uses the cluster's provider and is deleted with the cluster", () => {
    const inKubernetes = update.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(inKubernetes).toHaveLength(7);
    for (const resource of inKubernetes) {
      expect(resource).toMatchObject({
        provider: "pulumi:providers:kubernetes::hello-kubernetes",
        deletedWith: `${types.cluster}::hello`,
      });
    }
  });
});

describe("outputs", () => {
  const tag = /^[0-9a-f]{12}$/;

  test("after an update", () => {
    const { imageReference, kubeconfig, ...others } = update.outputs;
    const [, imageTag] = /^hello1a2b3c4d\.azurecr\.io\/hello:(.*)@/.exec(String(imageReference)) ?? [];
    expect(imageTag).toMatch(tag);
    expect(imageReference).toBe(`hello${nameSuffix}.azurecr.io/hello:${imageTag}@${digest}`);
    expect(kubeconfig).toEqual(secret(expect.stringContaining("kubelogin")));
    expect(others).toEqual({
      appIdentityObjectId: null,
      setSecret: null,
      url: "hello.hello.svc:80",
      reach: "kubectl --namespace hello port-forward service/hello 8080:80",
      loginServer: `hello${nameSuffix}.azurecr.io`,
      resourceGroup: `hello-test${nameSuffix}`,
      clusterName: `hello${nameSuffix}`,
      namespaceName: "hello",
      kubeletObjectId: guid("principal hello-kubelet"),
    });
  });

  test("of a service with its own address", () => {
    expect(adjusted.outputs).toMatchObject({
      url: `http://${loadBalancerAddress}:8000`,
      reach: `curl http://${loadBalancerAddress}:8000`,
      imageReference: `contososhop.azurecr.io/team/shop:1.4.2@${digest}`,
      namespaceName: "apps",
    });
  });

  test("in a preview: only what follows from the settings; the kubeconfig is still a secret", () => {
    expect(preview.outputs).toEqual({
      appIdentityObjectId: null,
      setSecret: null,
      url: "hello.hello.svc:80",
      reach: "kubectl --namespace hello port-forward service/hello 8080:80",
      imageReference: unknown,
      loginServer: unknown,
      resourceGroup: unknown,
      clusterName: unknown,
      namespaceName: "hello",
      kubeletObjectId: unknown,
      kubeconfig: secret(unknown),
    });
  });
});

describe("settings reach their resources:", () => {
  const inputs = (type: string, name?: string) => only(adjusted.resources, type, name).inputs;

  test("registry and cluster", () => {
    expect(inputs(types.registry)).toMatchObject({ registryName: "contosoShop", sku: { name: "Premium" } });
    expect(inputs(types.cluster)).toMatchObject({
      kubernetesVersion: "1.36",
      sku: { tier: "Standard" },
      disableLocalAccounts: false,
      agentPoolProfiles: [{ vmSize: "Standard_D4s_v5", count: 3, osDiskSizeGB: 64, availabilityZones: ["1", "2"] }],
    });
    expect(inputs(types.assignment, `shop-${guid("admins")}`)).toMatchObject({
      scope: `${subscription}/resourceGroups/shop-test${nameSuffix}`,
      principalType: "Group",
    });
  });

  test("the image", () => {
    expect(inputs(types.image)).toMatchObject({
      imageName: "contososhop.azurecr.io/team/shop:1.4.2",
      build: { context: "app", dockerfile: "app/Dockerfile", target: "build", args: { NODE_IMAGE: "node:24" } },
    });
  });

  test("the workload", () => {
    expect(inputs(types.deployment)).toMatchObject({
      metadata: { name: "shop", namespace: "apps" },
      spec: { replicas: 5 },
    });
  });

  test("tags and labels with the owner", () => {
    const tags = { app: "shop", stack: "test", "managed-by": "tarmac", owner: "platform-team" };
    const taggable = adjusted.resources.filter(
      ({ type }) => type.startsWith("azure-native:") && type !== types.assignment,
    );
    expect(taggable).toHaveLength(7);
    for (const { label, inputs: given } of taggable) expect([label, given.tags]).toEqual([label, tags]);
    const labelled = { "app.kubernetes.io/part-of": "shop", "tarmac.dev/stack": "test" };
    for (const { type, inputs: given } of adjusted.resources) {
      if (type.startsWith("kubernetes:")) expect(given.metadata).toMatchObject({ labels: labelled });
    }
  });

  test("no owner tag without an owner", () => {
    expect(only(update.resources, types.cluster).inputs.tags).toEqual({
      ...{ app: "hello", stack: "test", "managed-by": "tarmac" },
    });
  });

  test("protection of registry, cluster and namespace", () => {
    for (const type of [types.registry, types.cluster, types.namespace]) {
      expect(only(adjusted.resources, type).protect).toBe(true);
      expect(only(update.resources, type).protect).toBe(false);
    }
  });
});

describe("the push", () => {
  test("signs in to the stack's own registry as the deployer", () => {
    expect(pushedBy).toEqual([`https://hello${nameSuffix}.azurecr.io/oauth2/exchange`]);
    expect(only(update.resources, types.image).inputs.registry).toEqual({
      server: `hello${nameSuffix}.azurecr.io`,
      username: "00000000-0000-0000-0000-000000000000",
      password: secret("refresh"),
    });
  });

  test("does not happen in a preview, which does not sign in", () => {
    expect(signIns()).toEqual([...pushedBy, "https://contososhop.azurecr.io/oauth2/exchange"]);
    expect(only(preview.resources, types.image).inputs.registry).toMatchObject({ password: secret("") });
  });
});

test("rejects all invalid settings at once, in an update and in a preview, and registers nothing", async () => {
  for (const preview of [false, true]) {
    const cloud = await mockCloud({ preview });
    pulumi.runtime.setAllConfig({ "tarmac:replicas": "0", "tarmac:replica": "3" });
    expect(await program().then(() => "nothing", String)).toBe(
      'SettingsError: 2 settings of stack "test" are invalid; nothing was changed:\n' +
        '  - tarmac:replica is not a setting; did you mean "replicas"?; remove it or correct its name\n' +
        "  - tarmac:replicas: 0 is out of range: use a whole number from 1 to 1000\n" +
        'Fix them in Pulumi.test.yaml or with "pulumi config set KEY VALUE"; Pulumi.yaml lists every key.',
    );
    expect(await cloud.settled()).toEqual([]);
  }
});

describe("a stack on AKS Automatic", () => {
  const automatic = "azure-native:resources:Resource";
  const without = [types.cluster, "tarmac:azure:Cluster::", "tarmac:azure:Identities", "azure-native:managedidentity"];

  test(
    "leaves nodes and identities to AKS, and lets AKS's identity pull before a pod starts",
    async () => {
      const { resources, outputs } = await run({ clusterMode: "automatic" });
      const kubeletObjectId = shownOfCluster.identityProfile.kubeletidentity.objectId;
      expect(labels(resources)).toEqual(
        [
          ...everything.filter(
            (label) => !without.some((type) => label.startsWith(type)) && !label.endsWith("operate-kubelet"),
          ),
          `${automatic}::hello`,
          "kubernetes:cilium.io/v2:CiliumNetworkPolicy::hello-local-dns",
          "tarmac:azure:AutomaticCluster::hello",
        ].sort(),
      );
      expect(outputs).toMatchObject({ kubeletObjectId });
      expect(only(resources, types.assignment, "hello-own").inputs).toMatchObject({ principalId: kubeletObjectId });
      const before = waitsFor(resources, `${types.deployment}::hello`);
      for (const needed of [`${types.assignment}::hello-own`, `${automatic}::hello`])
        expect([needed, before.has(needed)]).toEqual([needed, true]);
      expect(only(resources, types.deployment).deletedWith).toBe(`${automatic}::hello`);
    },
    patience,
  );

  test(
    "in a network of its own has identities that may use it before the cluster is asked for, and its Gateway",
    async () => {
      const { resources } = await run({
        ...{ clusterMode: "automatic", ownNetwork: "true", outboundType: "userAssignedNATGateway" },
        ...{ hostname: "shop.example.com", gatewayClass: "approuting-istio", certificateIssuer: "letsencrypt" },
      });
      const { inputs } = only(resources, automatic);
      const { properties } = inputs as { properties: Record<string, unknown> };
      expect(inputs.identity).toMatchObject({ type: "UserAssigned" });
      expect(properties).toMatchObject({
        hostedSystemProfile: {
          nodeSubnetID: expect.stringMatching(/\/subnets\/nodes$/) as string,
          systemNodeSubnetID: expect.stringMatching(/\/subnets\/system-nodes$/) as string,
        },
        networkProfile: { outboundType: "userAssignedNATGateway" },
        ingressProfile: { gatewayAPI: { installation: "Standard" } },
      });
      expect(labels(resources)).not.toContain("tarmac:azure:ManagedGatewayApi::hello");
      const before = waitsFor(resources, `${automatic}::hello`);
      for (const right of ["join-nodes", "join-api-server", "join-network", "operate-kubelet", "own"])
        expect([right, before.has(`${types.assignment}::hello-${right}`)]).toEqual([right, true]);
    },
    patience,
  );
});

describe("a stack with fewer or more resources", () => {
  const kubeconfig = JSON.stringify({
    clusters: [{ name: "aks", cluster: { server: "https://aks.example" } }],
    users: [{ name: "me", user: { token: "t" } }],
    contexts: [{ name: "prod", context: { cluster: "aks", user: "me" } }],
  });

  test(
    "on an existing cluster: creates no cluster, identities or administrators, and ties no deletion to it",
    async () => {
      const existing = { kubeContext: "prod", kubeconfig, kubeletObjectId: guid("nodes") };
      const { resources, outputs } = await run(existing);
      const made = labels(resources).filter((label) => /Cluster|Identit|ManagedCluster/.test(label));
      expect(made).toEqual(["tarmac:kubernetes:ExistingCluster::hello"]);
      for (const grant of ["hello-own", "hello-own-abac"])
        expect(only(resources, types.assignment, grant).inputs).toMatchObject({ principalId: guid("nodes") });
      for (const { type, deletedWith } of resources)
        if (type.startsWith("kubernetes:")) expect(deletedWith).toBeUndefined();
      expect(outputs).toMatchObject({ clusterName: "prod", kubeletObjectId: guid("nodes") });
    },
    patience,
  );

  test.each([
    ["its own cluster", {}],
    [
      "an existing cluster",
      { kubeContext: "prod", kubeconfig, oidcIssuer: "https://swedencentral.oic.prod-aks.azure.com/tenant/cluster/" },
    ],
  ])(
    "with an identity of the service on %s: its pods sign in as it, from their first second on",
    async (_, settings: Record<string, string>) => {
      const { resources, outputs } = await run({ ...settings, appIdentity: "true" });
      const { issuer: trusted, subject } = only(resources, types.credential).inputs;
      expect(subject).toBe("system:serviceaccount:hello:hello");
      if (settings.oidcIssuer !== undefined) expect(trusted).toBe(settings.oidcIssuer);
      expect(waitsFor(resources, `${types.deployment}::hello`)).toContain(`${types.credential}::hello-app`);
      expect(outputs.appIdentityObjectId).toMatch(/^[0-9a-f-]{36}$/);
    },
    patience,
  );

  test(
    "with secrets of a vault: the identity may read each of them and no other, and the cluster has the driver",
    async () => {
      const vault = `${subscription}/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop`;
      const secrets = { appIdentity: "true", keyVaultId: vault, keyVaultSecrets: '{"A":"a","B":"b","/mnt/k/a":"a"}' };
      const scopesWith = async (more: Record<string, string>) => {
        const { resources } = await run({ ...secrets, ...more });
        return {
          resources,
          scopes: resources.map(({ inputs }) => inputs.scope).filter((id) => String(id).startsWith(vault)),
        };
      };
      const { resources, scopes } = await scopesWith({});
      expect(scopes).toEqual([`${vault}/secrets/a`, `${vault}/secrets/b`]);
      expect(only(resources, types.cluster).inputs).toMatchObject({
        addonProfiles: { azureKeyvaultSecretsProvider: { enabled: true } },
      });
      expect(waitsFor(resources, `${types.deployment}::hello`)).toContain(
        "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass::hello-key-vault",
      );
      expect((await scopesWith({ assignKeyVaultRole: "false" })).scopes).toEqual([]);
      const whole = { appRoles: `{"Key Vault Secrets User":["${vault}"]}` };
      expect((await scopesWith(whole)).scopes).toEqual([vault]);
    },
    patience,
  );

  test(
    "with a vault of its own: the identity reads only the named secrets, and only named principals write",
    async () => {
      const own = {
        appIdentity: "true",
        ownKeyVault: "true",
        keyVaultSecrets: '{"A":"a/0123456789abcdef0123456789abcdef"}',
      };
      const { resources, outputs } = await run({ ...own, keyVaultReads: '["a","b"]' });
      const vault = only(resources, "azure-native:keyvault:Vault");
      const vaultId = `${subscription}/resourceGroups/hello-test${nameSuffix}/providers/Microsoft.KeyVault/vaults/hello${nameSuffix}`;
      expect(vault.parent).toBe("tarmac:azure:KeyVault::hello");
      const scopes = resources.map(({ inputs }) => String(inputs.scope)).filter((scope) => scope.startsWith(vaultId));
      expect(scopes).toEqual([`${vaultId}/secrets/a`, `${vaultId}/secrets/b`]);
      expect(outputs.setSecret).toBe(
        `az keyvault secret set --vault-name hello${nameSuffix} --name SECRET --file FILE`,
      );
      const { spec } = only(resources, "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass").inputs;
      expect(spec).toMatchObject({ parameters: { keyvaultName: `hello${nameSuffix}` } });
      expect(JSON.stringify(only(resources, types.deployment).inputs)).toContain(
        JSON.stringify({ name: "KEY_VAULT_URL", value: `https://hello${nameSuffix}.vault.azure.net` }),
      );
      const bare = (await run({ ...own, assignKeyVaultRole: "false" })).resources;
      expect(bare.filter(({ inputs }) => String(inputs.scope).startsWith(vaultId))).toEqual([]);
    },
    patience,
  );

  test(
    "with a vault beside a private registry: both have an address in the network, and the pods may reach it",
    async () => {
      const { resources } = await run({
        ...{ appIdentity: "true", ownKeyVault: "true", keyVaultReads: '["a"]' },
        ...{ ownNetwork: "true", registrySku: "Premium", privateRegistry: "true" },
      });
      const endpoints = resources.filter(({ type }) => type === "azure-native:network:PrivateEndpoint");
      expect(endpoints.map(({ name }) => name).sort()).toEqual(["hello-key-vault", "hello-registry"]);
      expect(only(resources, "azure-native:keyvault:Vault").inputs).toMatchObject({
        properties: { publicNetworkAccess: "Disabled", networkAcls: { defaultAction: "Deny" } },
      });
      expect(waitsFor(resources, `${types.cluster}::hello`)).toContain(
        "azure-native:network:PrivateEndpoint::hello-key-vault",
      );
      const policy = resources.find(({ label }) => label === "kubernetes:networking.k8s.io/v1:NetworkPolicy::hello");
      expect(JSON.stringify(policy?.inputs)).toContain('"cidr":"10.224.16.0/24"');
    },
    patience,
  );

  test(
    "monitors an existing cluster that is named, in the namespace of the service only",
    async () => {
      const monitoredClusterId = `${subscription}/resourceGroups/shared/providers/Microsoft.ContainerService/managedClusters/prod`;
      const { resources } = await run({
        ...{ kubeContext: "prod", kubeconfig, monitoredClusterId, managedPrometheus: "true", location: "westeurope" },
      });
      const alerts = JSON.stringify(only(resources, "azure-native:alertsmanagement:PrometheusRuleGroup").inputs);
      expect(alerts).toContain('namespace=\\"hello\\"');
      expect(alerts).toContain(monitoredClusterId);
    },
    patience,
  );

  test(
    "with an existing cluster and registry: uses nothing of Azure, and pods pull with a secret",
    async () => {
      const { resources, outputs } = await run({
        ...{ kubeContext: "prod", kubeconfig },
        ...{ registryServer: "registry.example:5000", registryUsername: "ci", registryPassword: "hunter2" },
      });
      expect(labels(resources).filter((label) => /azure/.test(label))).toEqual([]);
      expect(labels(resources)).toContain("kubernetes:core/v1:Secret::hello");
      expect(only(resources, types.image).inputs).toMatchObject({
        imageName: expect.stringMatching(/^registry\.example:5000\/hello:/) as string,
        registry: { server: "registry.example:5000", username: "ci", password: secret("hunter2") },
      });
      expect(outputs).toMatchObject({ resourceGroup: undefined, kubeletObjectId: undefined });
    },
    patience,
  );

  test(
    "with an external registry that allows anonymous pulls: no secret, and the push uses the Docker engine's own sign-in",
    async () => {
      const { resources } = await run({ registryServer: "registry.example:5000" });
      expect(labels(resources).filter((label) => /Secret|PullAccess|Registry/.test(label))).toEqual([]);
      expect(only(resources, types.image).inputs).not.toHaveProperty("registry");
    },
    patience,
  );

  test(
    "with an existing Azure registry: grants pull to the nodes, and does not manage the registry",
    async () => {
      const { resources, outputs } = await run({ existingRegistry: "shared", existingRegistryGroup: "common" });
      expect(labels(resources).filter((label) => /containerregistry/.test(label))).toEqual([]);
      const pull = resources.find(({ label }) => label === `${types.assignment}::hello-existing`);
      expect(pull?.inputs).toMatchObject({ scope: expect.stringMatching(/\/registries\/shared$/) as string });
      expect(outputs.loginServer).toBe("shared.azurecr.io");
    },
    patience,
  );

  test(
    "with an existing image: builds nothing, and runs exactly that image",
    async () => {
      const image = `contoso.azurecr.io/hello:1.4.2@${digest}`;
      const { resources, outputs } = await run({ image });
      expect(labels(resources).filter((label) => /[Ii]mage/.test(label))).toEqual([]);
      expect(JSON.stringify(only(resources, types.deployment).inputs)).toContain(image);
      expect(outputs.imageReference).toBe(image);
    },
    patience,
  );

  test(
    "with an expiry: a tag of the resource group names it, and every resource has the team's own tags",
    async () => {
      const { resources } = await run({ expires: "2099-12-24T18:00:00Z", tags: '{"cost-centre":"4711"}' });
      const group = only(resources, "azure-native:resources:ResourceGroup");
      expect(group.inputs.tags).toMatchObject({ expires: "2099-12-24T18:00:00Z", "cost-centre": "4711" });
      const cluster = only(resources, types.cluster).inputs.tags;
      expect(cluster).toMatchObject({ "cost-centre": "4711", stack: "test" });
      expect(cluster).not.toHaveProperty("expires");
    },
    patience,
  );

  test(
    "with its own network: the cluster waits for the right to join it, and for the registry's private address",
    async () => {
      const { resources } = await run({ ownNetwork: "true", privateRegistry: "true", registrySku: "Premium" });
      const awaited = waitsFor(resources, `${types.cluster}::hello`);
      expect(awaited).toContain(`${types.assignment}::hello-join-nodes`);
      expect(awaited).toContain("azure-native:network:PrivateDnsZoneGroup::hello-registry");
      expect(only(resources, types.cluster).inputs).toMatchObject({
        agentPoolProfiles: [{ vnetSubnetID: expect.stringMatching(/\/subnets\/nodes$/) as string }],
      });
      const ofNodes = only(resources, "azure-native:network:NetworkSecurityGroup", "hello-nodes");
      expect(ofNodes.deletedWith).toBe(only(resources, "azure-native:resources:ResourceGroup").label);
    },
    patience,
  );

  test(
    "with a host name: AKS learns the Gateway API first, and the service's route is on a Gateway of its own",
    async () => {
      const { resources, outputs } = await run({
        ...{ hostname: "hello.example.com", gatewayClass: "approuting-istio", certificateIssuer: "letsencrypt" },
        ownNetwork: "true",
      });
      const gatewayKind = "kubernetes:gateway.networking.k8s.io/v1:Gateway";
      const api = "azure-native:resources:Deployment::hello-gateway-api";
      expect(waitsFor(resources, api)).toContain(`${types.cluster}::hello`);
      expect(waitsFor(resources, `${gatewayKind}::hello`)).toContain(api);
      expect(only(resources, "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", "hello").inputs).toMatchObject({
        spec: { parentRefs: [{ namespace: "hello-gateway", name: "hello", sectionName: "https" }] },
      });
      const ofNodes = only(resources, "azure-native:network:NetworkSecurityGroup", "hello-nodes").inputs;
      expect(JSON.stringify(ofNodes.securityRules)).toContain('"destinationPortRanges":["80","443"]');
      expect(outputs.url).toBe("https://hello.example.com/");
    },
    patience,
  );

  test(
    "in a company's network: its subnets and zones are used, and only rights on them are made",
    async () => {
      const network = `${subscription}/resourceGroups/network/providers/Microsoft.Network`;
      const subnet = (name: string) => `${network}/virtualNetworks/spoke/subnets/${name}`;
      const { resources } = await run({
        nodeSubnetId: subnet("nodes"),
        apiServerSubnetId: subnet("api"),
        privateEndpointSubnetId: subnet("endpoints"),
        privateRegistry: "true",
        registrySku: "Premium",
        registryDnsZone: `${network}/privateDnsZones/privatelink.azurecr.io`,
        outboundType: "userDefinedRouting",
      });
      expect(labels(resources).filter((label) => /network:(VirtualNetwork|Subnet)|privatedns:/.test(label))).toEqual(
        [],
      );
      expect(only(resources, types.cluster).inputs).toMatchObject({
        agentPoolProfiles: [{ vnetSubnetID: subnet("nodes") }],
        apiServerAccessProfile: { subnetId: subnet("api"), enableVnetIntegration: true },
        networkProfile: { outboundType: "userDefinedRouting" },
      });
      expect(only(resources, "azure-native:network:PrivateEndpoint").inputs.subnet).toMatchObject({
        id: subnet("endpoints"),
      });
      expect(waitsFor(resources, `${types.cluster}::hello`)).toContain(`${types.assignment}::hello-join-api-server`);
    },
    patience,
  );
});

test.each([
  ["hello", false],
  ["hello-with-a-name-of-30-letter", true],
])("a cluster %s is replaced with the old one deleted first: %s", async (appName, deleteBeforeReplace) => {
  for (const clusterMode of ["standard", "automatic"]) {
    const { resources } = await run({ appName, clusterMode });
    const type = clusterMode === "standard" ? types.cluster : "azure-native:resources:Resource";
    expect(only(resources, type, appName).deleteBeforeReplace ?? false).toBe(deleteBeforeReplace);
  }
});
