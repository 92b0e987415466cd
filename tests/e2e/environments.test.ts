/** Every environment's stack file in a fresh clone: its preview on the real engine, and the differences between environments. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { localPolicyPack } from "../../local/plugins/policyHost.ts";
import { checkoutFolder } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { environments } from "../../tools/pages/environmentsTable.ts";
import { run } from "./runProgram.ts";
import { start } from "./localStack.ts";

type Environment = (typeof environments)[number];

interface Step {
  op: string;
  urn: string;
  newState?: { inputs?: Record<string, unknown>; protect?: boolean };
}

const folder = mkdtempSync(join(tmpdir(), "tarmac-environments-"));
const previews = new Map<Environment, Step[]>();
let environment: NodeJS.ProcessEnv;

const pulumi = (...args: string[]) => run("pulumi", ["--non-interactive", ...args], { cwd: folder, env: environment });

beforeAll(async () => {
  await start();
  // A clone: the program without the folders that only tests and commands need, and a backend without stacks.
  const left = /^(\.git|node_modules|coverage|bench|docs|local|ops|policy|tests|Pulumi\..+\.yaml)$/;
  const stackFiles = environments.map((stack) => `Pulumi.${stack}.yaml`);
  for (const name of readdirSync(checkoutFolder)
    .filter((name) => !left.test(name))
    .concat(stackFiles))
    cpSync(join(checkoutFolder, name), join(folder, name), { recursive: true });
  symlinkSync(join(checkoutFolder, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "state"));
  environment = { ...stackEnvironment(), PULUMI_BACKEND_URL: `file://${join(folder, "state")}` };
  const { config } = parse(readFileSync(join(checkoutFolder, "Pulumi.local.yaml"), "utf8")) as {
    config: Record<string, string>;
  };
  for (const stack of environments) {
    await pulumi("stack", "init", stack);
    for (const [key, value] of Object.entries(config).filter(([key]) => key.startsWith("azure-native:")))
      await pulumi("config", "set", "--stack", stack, key, value);
    const { steps } = JSON.parse(await pulumi("preview", "--json", "--stack", stack)) as { steps: Step[] };
    previews.set(stack, steps);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

const stepsOf = (stack: Environment): Step[] => previews.get(stack) ?? [];

/** Type and name of a resource with the stack's name replaced, so that it is the same in every environment. */
const resourceOf = (stack: Environment, { urn }: Step): string => {
  const [, , type = "", name = ""] = urn.split("::");
  return `${type.split("$").at(-1)} ${name.replace(new RegExp(`-${stack}\\b`), "-STACK")}`;
};

const resourcesOf = (stack: Environment): string[] =>
  stepsOf(stack)
    .map((step) => resourceOf(stack, step))
    .sort();

describe("the policies of an environment", () => {
  /** Violations that the policy pack finds in a first preview, as "LEVEL RULE". */
  async function findings(stack: Environment, ...options: string[]): Promise<string[]> {
    const packConfig = join(checkoutFolder, "policy", "config", `${stack}.json`);
    const pack = ["--policy-pack", localPolicyPack, "--policy-pack-config", packConfig];
    const output = await pulumi("preview", "--stack", stack, ...pack, ...options).catch(String);
    expect(output).toContain("tarmac@v");
    expect(output).not.toMatch(/\berror: (?!preview failed)/);
    return [...output.matchAll(/- \[(\w+)\] .*? ([\w-]+) {2}\(/g)].map(([, level, rule]) => `${level} ${rule}`).sort();
  }

  it.each([
    ["dev", ["advisory cluster-admins", "advisory cluster-api-server"]],
    ["sandbox", ["advisory cluster-admins", "advisory cluster-api-server", "advisory cluster-upgrades"]],
  ] as const)("hold for its stack file: %s", async (stack, advice) => {
    expect(await findings(stack)).toEqual(advice);
  });

  const administrators = ["--config", 'clusterAdmins["0f8fad5b-d9cb-469f-a165-70867728950e"]=Group'];

  it.each([
    [
      "staging",
      ["mandatory cluster-admins", "advisory cluster-api-server"],
      administrators,
      ["advisory cluster-api-server"],
    ],
    [
      "prod",
      ["mandatory cluster-admins", "mandatory cluster-api-server"],
      [...administrators, "--config", "authorizedRanges[0]=203.0.113.0/24"],
      [],
    ],
  ] as const)("stop %s only until settings say who may do what", async (stack, before, decisions, after) => {
    expect(await findings(stack)).toEqual([...before].sort());
    const stackFile = join(folder, `Pulumi.${stack}.yaml`);
    const file = readFileSync(stackFile, "utf8");
    try {
      expect(await findings(stack, ...decisions, "--config-path")).toEqual(after);
    } finally {
      // `--config` is saved in the stack file.
      writeFileSync(stackFile, file);
    }
  });
});

/** The components, which have no counterpart in Azure. */
const components = [
  "tarmac:azure:Cluster hello",
  "tarmac:azure:ClusterAccess hello",
  "tarmac:azure:Identities hello",
  "tarmac:azure:PullAccess hello",
  "tarmac:azure:Registry hello",
  "tarmac:docker:AppImage hello",
  "tarmac:kubernetes:AppNamespace hello",
  "tarmac:kubernetes:Workload hello",
];

describe("the preview of a new environment", () => {
  it.each(environments)("only creates: %s", (stack) => {
    expect(new Set(stepsOf(stack).map(({ op }) => op))).toEqual(new Set(["create"]));
  });

  it("has exactly these resources for dev", () => {
    expect(resourcesOf("dev")).toEqual(
      [
        "azure-native:authorization:RoleAssignment hello-deployer",
        "azure-native:authorization:RoleAssignment hello-operate-kubelet",
        "azure-native:authorization:RoleAssignment hello-own",
        "azure-native:authorization:RoleAssignment hello-own-abac",
        "azure-native:containerregistry/v20251101:Registry hello",
        "azure-native:containerservice:ManagedCluster hello",
        "azure-native:managedidentity:UserAssignedIdentity hello-control-plane",
        "azure-native:managedidentity:UserAssignedIdentity hello-kubelet",
        "azure-native:resources:ResourceGroup hello-STACK",
        "docker:index/image:Image hello",
        "kubernetes:apps/v1:Deployment hello",
        "kubernetes:core/v1:Namespace hello",
        "kubernetes:core/v1:Service hello",
        "kubernetes:core/v1:ServiceAccount hello",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy hello",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy hello-default-deny",
        "kubernetes:policy/v1:PodDisruptionBudget hello",
        "pulumi:providers:kubernetes hello-kubernetes",
        "pulumi:pulumi:Stack tarmac-STACK",
        ...components,
      ].sort(),
    );
  });

  it("has the same resources for a sandbox", () => {
    expect(resourcesOf("sandbox")).toEqual(resourcesOf("dev"));
  });

  it("has these additional resources for staging", () => {
    const [dev, staging] = [resourcesOf("dev"), resourcesOf("staging")];
    expect(staging.filter((resource) => !dev.includes(resource))).toEqual([
      "azure-native:alertsmanagement:PrometheusRuleGroup hello",
      "azure-native:authorization:RoleAssignment hello-join-nodes",
      "azure-native:containerservice:AgentPool hello-apps",
      "azure-native:containerservice:MaintenanceConfiguration hello-aks-releases",
      "azure-native:containerservice:MaintenanceConfiguration hello-cluster-upgrades",
      "azure-native:containerservice:MaintenanceConfiguration hello-node-upgrades",
      "azure-native:monitor:AzureMonitorWorkspace hello",
      "azure-native:monitor:DataCollectionEndpoint hello-metrics",
      "azure-native:monitor:DataCollectionRule hello-metrics",
      "azure-native:monitor:DataCollectionRuleAssociation hello-metrics",
      "azure-native:network:NetworkSecurityGroup hello-nodes",
      "azure-native:network:NetworkSecurityGroup hello-private-endpoints",
      "azure-native:network:Subnet hello-nodes",
      "azure-native:network:Subnet hello-private-endpoints",
      "azure-native:network:VirtualNetwork hello",
      "azure-native:resources:Deployment hello-system-version",
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler hello",
      "tarmac:azure:Monitoring hello",
      "tarmac:azure:Network hello",
    ]);
    // It runs the image that dev has proved, and builds none.
    expect(dev.filter((resource) => !staging.includes(resource))).toEqual([
      "docker:index/image:Image hello",
      "tarmac:docker:AppImage hello",
    ]);
  });

  it("has the same resources for prod as for staging", () => {
    expect(resourcesOf("prod")).toEqual(resourcesOf("staging"));
  });
});

/** Every input of every resource by resource and path, and its protection, with names derived from the stack's replaced. */
function inputsOf(stack: Environment): Map<string, string> {
  const found = new Map<string, string>();
  const collect = (path: string, value: unknown): void => {
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    if (entries.some(([, inner]) => typeof inner === "object") || (entries.length > 0 && !Array.isArray(value)))
      for (const [key, inner] of entries) collect(`${path}.${key}`, inner);
    else found.set(path, withoutNames(stack, JSON.stringify(value) ?? ""));
  };
  for (const step of stepsOf(stack)) {
    const resource = resourceOf(stack, step);
    collect(resource, step.newState?.inputs ?? {});
    if (step.newState?.protect) found.set(`${resource}.protect`, "true");
  }
  return found;
}

/** Replaces the stack's name, and random suffixes of names. */
const withoutNames = (stack: Environment, value: string) =>
  value.replace(/-?[0-9a-f]{8}"$/, '-*"').replaceAll(new RegExp(`\\b${stack}\\b`, "g"), "STACK");

/** Inputs that differ between two environments, in resources that both have. */
function differences(one: Environment, other: Environment): string[] {
  const [left, right] = [inputsOf(one), inputsOf(other)];
  const both = new Set(resourcesOf(one).filter((resource) => resourcesOf(other).includes(resource)));
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter(
      (path) => both.has(path.split(".", 1)[0] ?? "") || [...both].some((resource) => path.startsWith(`${resource}.`)),
    )
    .filter((path) => left.get(path) !== right.get(path))
    .sort();
}

const registry = "azure-native:containerregistry/v20251101:Registry hello";
const cluster = "azure-native:containerservice:ManagedCluster hello";
const systemPool = `${cluster}.agentPoolProfiles.0`;
const apps = "azure-native:containerservice:AgentPool hello-apps";
const upgrades = "azure-native:containerservice:MaintenanceConfiguration hello";
const identities = "azure-native:managedidentity:UserAssignedIdentity hello";
const group = "azure-native:resources:ResourceGroup hello-STACK";
const deployment = "kubernetes:apps/v1:Deployment hello";
const autoscaler = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler hello";

describe("environments differ only as their table says", () => {
  const owner = [registry, cluster, `${identities}-control-plane`, `${identities}-kubelet`, group];
  // Records what scales the Deployment: replicas, or an autoscaler.
  const replicas = `${deployment}.metadata.annotations.tarmac.dev/replicas`;
  const weekday = "maintenanceWindow.schedule.weekly.dayOfWeek";
  const schedules = ["aks-releases", "cluster-upgrades", "node-upgrades"];
  const protectedOnes = [
    ...[registry, cluster, apps, "azure-native:resources:Deployment hello-system-version"],
    ...schedules.map((what) => `${upgrades}-${what}`),
    ...["kubernetes:core/v1:Namespace hello", "kubernetes:networking.k8s.io/v1:NetworkPolicy hello-default-deny"],
    "pulumi:providers:kubernetes hello-kubernetes",
    ...["azure:Cluster", "azure:Registry", "kubernetes:AppNamespace"].map((component) => `tarmac:${component} hello`),
  ];

  it("sandbox and dev", () => {
    expect(differences("sandbox", "dev")).toEqual(
      [
        ...owner.map((resource) => `${resource}.tags.owner`),
        ...[`${systemPool}.vmSize`, `${deployment}.spec.replicas`, replicas],
        ...["nodeOSUpgradeChannel", "upgradeChannel"].map((channel) => `${cluster}.autoUpgradeProfile.${channel}`),
      ].sort(),
    );
  });

  it("dev and staging", () => {
    expect(differences("dev", "staging")).toEqual(
      [
        ...[`${registry}.sku.name`, `${cluster}.sku.tier`, `${cluster}.kubernetesVersion`],
        `${cluster}.autoUpgradeProfile.upgradeChannel`,
        ...["availabilityZones", "count", "nodeTaints", "vnetSubnetID"].map((input) => `${systemPool}.${input}`),
        ...[`${cluster}.addonProfiles.azurepolicy.enabled`, `${cluster}.azureMonitorProfile.metrics.enabled`, replicas],
      ].sort(),
    );
  });

  it("staging and prod", () => {
    expect(differences("staging", "prod")).toEqual(
      [
        ...protectedOnes.map((resource) => `${resource}.protect`),
        ...["count", "enableAutoScaling", "maxCount", "minCount"].map((input) => `${systemPool}.${input}`),
        ...["count", "maxCount", "minCount"].map((input) => `${apps}.${input}`),
        ...schedules.map((what) => `${upgrades}-${what}.${weekday}`),
        ...[0, 1].flatMap((rule) =>
          ["destination", "source"].map(
            (side) =>
              `azure-native:network:NetworkSecurityGroup hello-nodes.securityRules.${rule}.${side}AddressPrefixes`,
          ),
        ),
        ...["nodes", "private-endpoints"].map((what) => `azure-native:network:Subnet hello-${what}.addressPrefix`),
        "azure-native:network:VirtualNetwork hello.addressSpace.addressPrefixes",
        ...[`${deployment}.spec.replicas`, `${autoscaler}.spec.maxReplicas`, `${autoscaler}.spec.minReplicas`],
      ].sort(),
    );
  });
});

describe("values of the wrong type", () => {
  const values = { replicas: "three", nodeZones: "1", protect: "maybe", userPools: "apps" };

  const dev = () => join(folder, "Pulumi.dev.yaml");
  let file: string;
  beforeAll(() => {
    file = readFileSync(dev(), "utf8");
  });
  afterEach(() => writeFileSync(dev(), file));
  const preview = (settings: Record<string, string>) => {
    const { config, ...rest } = parse(file) as { config: Record<string, unknown> };
    const own = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`tarmac:${key}`, value]));
    writeFileSync(dev(), JSON.stringify({ ...rest, config: { ...config, ...own } }));
    return pulumi("preview", "--stack", "dev");
  };

  it("are rejected together, before anything is created", async () => {
    const refusal = preview({ ...values, replcas: "3" });
    await expect(refusal).rejects.toThrow('5 settings of stack "dev" are invalid; nothing was changed:');
    for (const text of [
      'tarmac:replicas: "three" is not a whole number',
      'tarmac:nodeZones: "1" is not a list of strings',
      'tarmac:protect: "maybe" is not a boolean',
      'tarmac:replcas is not a setting; did you mean "replicas"?',
    ])
      await expect(refusal).rejects.toThrow(text);
  });
});
