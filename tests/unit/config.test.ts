import { readdirSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { parse } from "yaml";
import { workloadDefaults } from "../../components/workload/workloadArgs.ts";
import { readStackSettings } from "../../config.ts";
import { settings, type Settings } from "../../settings/everySetting.ts";
import { SettingsError } from "../../settings/readDeclared.ts";
import { readSettings } from "../../settings/readSettings.ts";
import { generatedFiles } from "../../tools/pages/generatedFiles.ts";
import { workloadArgs } from "../../settings/workloadSettings.ts";
import type { Declaration } from "../../validate/settingDeclaration.ts";
import { memory, type SettingCases } from "./settings/settingCases.ts";
import { appIdentityCases } from "./settings/appIdentityCases.ts";
import { keyVaultCases } from "./settings/keyVaultCases.ts";
import { attestationCases } from "./settings/attestationCases.ts";
import { clusterCases } from "./settings/clusterCases.ts";
import { generalCases } from "./settings/generalCases.ts";
import { imageCases } from "./settings/imageCases.ts";
import { monitoringCases } from "./settings/monitoringCases.ts";
import { networkCases } from "./settings/networkCases.ts";
import { registryCases } from "./settings/registryCases.ts";
import { exposureCases } from "./settings/exposureCases.ts";
import { placementCases } from "./settings/placementCases.ts";
import { valueCases } from "./settings/valueCases.ts";
import { workloadCases } from "./settings/workloadCases.ts";

const tables = [
  generalCases,
  registryCases,
  networkCases,
  clusterCases,
  monitoringCases,
  imageCases,
  workloadCases,
  valueCases,
  appIdentityCases,
  keyVaultCases,
  attestationCases,
  placementCases,
  exposureCases,
];
const accepted = tables.flatMap((table) => table.accepted);
/** Settings that a setting requires. */
const beside = tables.reduce<NonNullable<SettingCases["beside"]>>((all, table) => ({ ...all, ...table.beside }), {});
const refused = tables.flatMap((table) => table.refused);
const together = tables.flatMap((table) => table.together);

/** What a stack must set. */
const needed = { location: "swedencentral" };

const read = (values: Record<string, string> = {}) => readSettings("dev", { ...needed, ...values });

/** The problems with the values; empty when they are valid. @throws any other error */
function attempt(values: Record<string, string>, isEncrypted?: (key: string) => boolean): readonly string[] {
  try {
    readSettings("dev", { ...needed, ...values }, isEncrypted && ((key) => !(key in needed) && isEncrypted(key)));
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

function problemsOf(...given: Parameters<typeof attempt>): readonly string[] {
  const problems = attempt(...given);
  if (problems.length === 0) throw new Error("nothing was refused");
  return problems;
}

describe("an unset setting", () => {
  test("has this default", () => {
    expect(read()).toEqual({
      ...{ ...needed, appName: "hello", owner: undefined, tags: {}, expires: undefined, protect: false },
      ...{ sleepAt: undefined, wakeAt: undefined, sleepTimeZone: "UTC", autoPutBack: [] },
      ...{ attest: false, signWith: undefined, trustedSigners: [] },
      ...{ image: undefined, images: {}, imageFrom: undefined, importFrom: undefined },
      ...{ registryName: undefined, registrySku: "Basic", registryRoleMode: "classic", registryPushers: {} },
      ...{ registryZoneRedundant: false, registryReplicas: [] },
      ...{ registryPublicAccess: true, registryAllowedRanges: [] },
      ...{ existingRegistry: undefined, existingRegistryGroup: undefined, existingRegistrySubscription: undefined },
      ...{ registryServer: undefined, registryUsername: undefined, registryPassword: undefined },
      ...{
        clusterMode: "standard",
        kubernetesVersion: undefined,
        clusterTier: "Free",
        nodeSize: "Standard_D4ads_v6",
        nodeCount: 2,
        grantSeconds: 90,
        nodeMaxCount: 0,
        nodeDiskSizeGB: 0,
        nodeZones: [],
      },
      ...{ kubeContext: undefined, kubeconfig: undefined, kubeletObjectId: undefined, localDns: "none" },
      ...{ keyVaultSecrets: {}, keyVaultId: undefined, keyVaultRotation: "2m", assignKeyVaultRole: true },
      ...{ keyVaultReads: [], ownKeyVault: false, keyVaultName: undefined, keyVaultPurgeProtection: true },
      ...{ keyVaultRetentionDays: 90, keyVaultWriters: {}, keyVaultAllowedRanges: [], keyVaultDnsZone: "own" },
      ...{ upgradeChannel: undefined, nodeUpgradeChannel: "NodeImage", maintenanceDay: undefined },
      ...{ maintenanceStart: "02:00", maintenanceHours: 4, maintenanceUtcOffset: "+00:00" },
      ...{ azurePolicy: false, logWorkspaceId: undefined, managedPrometheus: false, alertEmails: [] },
      ...{ monitorWorkspaceId: undefined, monitorWorkspaceLocation: undefined, logWorkspaceLocation: undefined },
      ...{
        controlPlaneLogs: ["kube-audit-admin", "guard"],
        alertActionGroupId: undefined,
        monitoredClusterId: undefined,
      },
      ...{ ownNetwork: false, networkRange: "10.224.0.0/16", nodeRange: "10.224.0.0/20" },
      ...{ privateEndpointRange: "10.224.16.0/24", apiServerInNetwork: false, apiServerRange: "10.224.17.0/28" },
      ...{ podRange: "10.244.0.0/16", serviceRange: "10.0.0.0/16", authorizedRanges: [] },
      ...{ privateCluster: false, privateDnsZone: "system", privateRegistry: false, registryDnsZone: "own" },
      ...{ nodeSubnetId: undefined, apiServerSubnetId: undefined, privateEndpointSubnetId: undefined },
      ...{ systemNodeRange: "10.224.17.64/26", systemNodeSubnetId: undefined },
      ...{ assignNetworkRoles: true, outboundType: "loadBalancer" },
      ...{ userPools: {}, localAccounts: false, kubelogin: "azurecli", clusterAdmins: {} },
      ...{ context: "app", dockerfile: undefined, buildArgs: {}, buildTarget: undefined },
      ...{ platform: "linux/amd64", cacheFrom: [], buildOnPreview: false, buildWith: "docker" },
      ...{ repository: undefined, imageTag: undefined },
      ...{ namespace: undefined, replicas: 3, autoscale: {}, port: 8080 },
      ...{ memoryRequest: "128Mi", cpuRequest: "100m", memoryLimit: "256Mi", cpuLimit: "500m" },
      ...{ livenessPath: "/healthz", livenessInitialDelaySeconds: 15, livenessPeriodSeconds: 10 },
      ...{ livenessTimeoutSeconds: 2, livenessFailureThreshold: 3 },
      ...{ readinessPath: "/ready", readinessInitialDelaySeconds: 0, readinessPeriodSeconds: 5 },
      ...{ readinessTimeoutSeconds: 2, readinessFailureThreshold: 3 },
      ...{ startupSeconds: 0, preStopSeconds: 5, drainSeconds: 5, gracePeriodSeconds: 30 },
      ...{ tmpSize: "64Mi", writablePaths: {}, writableRoot: false, userId: 10001, labels: {}, podAnnotations: {} },
      ...{ environment: {}, configValues: {}, secretValues: {}, configFiles: {}, secretFiles: {} },
      ...{ appIdentity: false, appRoles: {}, oidcIssuer: undefined },
      ...{ zoneSpread: "preferred", nodeSelector: {}, tolerations: [], priorityClass: undefined },
      ...{ serviceType: "ClusterIP", servicePort: 80, serviceAnnotations: {}, ingressFrom: [], egressTo: [] },
      ...{ hostname: undefined, routePath: "/", gateway: undefined, gatewayClass: undefined },
      ...{ gatewayNamespace: undefined, gatewayAnnotations: {}, gatewayInfrastructureAnnotations: {} },
      ...{ gatewayAddresses: [], tlsSecret: undefined, certificateIssuer: undefined },
      ...{ keyVaultCertificate: undefined, assignCertificateRole: true },
    });
  });

  test("may be an empty string, which Pulumi requires as the default of an optional setting", () => {
    const optional = [
      "owner",
      "registryName",
      "kubernetesVersion",
      ...["kubeContext", "kubeconfig", "kubeletObjectId", "maintenanceDay", "logWorkspaceId"],
      "dockerfile",
      "buildTarget",
      "repository",
      "imageTag",
      ...["priorityClass", "hostname", "gateway", "gatewayClass", "tlsSecret", "certificateIssuer"],
    ];
    expect(read(Object.fromEntries([...optional, "namespace"].map((key) => [key, ""])))).toEqual(read());
  });

  test("has the default of the workload's own argument", () => {
    const imagePullSecrets: string[] = [];
    expect({ ...workloadArgs(read()), imagePullSecrets }).toEqual(workloadDefaults);
  });
});

test.each(accepted)("%s can be %s", (key, raw, value) => {
  // One of these contexts has no Dockerfile of its own.
  const dockerfile: Record<string, string> = key === "context" ? { dockerfile: "app/Dockerfile" } : {};
  const others = { ...dockerfile, ...beside[key] };
  expect(read({ ...others, [key]: raw })).toEqual({ ...read(others), [key]: value });
});

describe("an invalid value is rejected with key, value, allowed values and fix", () => {
  test.each(refused.map(([key, raw, ...messages]) => ({ key, raw, messages })))("$key cannot be $raw", (refusal) => {
    const { key, raw, messages } = refusal;
    const shown = messages[0]?.includes("tests/Dockerfile") ? "dockerfile" : key;
    expect(problemsOf({ ...beside[key], [key]: raw })).toEqual(
      messages.map((message) => `tarmac:${shown}: ${message}`),
    );
  });

  test("every setting that can be invalid is in this list", () => {
    // The valid contexts depend on the kubeconfig.
    const anything = ["owner", "buildTarget", "kubeContext"];
    expect([...new Set(refused.map(([key]) => key)), ...anything].sort()).toEqual(Object.keys(settings).sort());
  });

  test("there are at least 60 different messages", () => {
    expect(new Set(refused.map(([key, , problem]) => `${key}: ${problem}`)).size).toBeGreaterThanOrEqual(60);
  });

  test.each(
    refused.flatMap(([key, raw, ...messages]) =>
      raw.length < 100 ? messages.map((message) => [key, raw, message] as const) : [],
    ),
  )("%s: the message for %j shows the value, unless it is secret, and what is allowed", (key, raw, problem) => {
    const shown = wordsIn(raw).some((word) => problem.includes(word));
    expect(shown).toBe(raw !== "" && settings[key].secret !== true);
    expect(problem).toMatch(allowedOrMending);
  });
});

/** The parts of a value that a message may quote: all of it, or a key, string or number of a JSON value. */
const wordsIn = (raw: string): string[] => [raw, ...(raw.match(/[^\s"{}[\],:]+/g) ?? [])].filter((word) => word !== "");

/** A message gives the allowed values or the fix after a colon, unless the problem already implies them. */
const allowedOrMending = /: | e\.g\. |is not one of |is not a whole number|, which is a /;

describe("a secret", () => {
  const secrets = (Object.entries(settings) as [keyof Settings, Declaration][]).flatMap(([key, { secret }]) =>
    secret ? [key] : [],
  );

  test("never appears in a message", () => {
    for (const key of secrets) {
      fc.assert(
        fc.property(fc.base64String({ minLength: 12 }), (value) => {
          const texts = [value, ` ${value}\n`, JSON.stringify(value), `{"a":"${value}"`];
          for (const raw of [...texts, JSON.stringify({ NAME: value, "no name": value, list: [value] })])
            expect(attempt({ [key]: raw }).join("\n")).not.toContain(value);
        }),
      );
    }
  });

  test("is rejected in plain text", () => {
    expect(secrets).toEqual(["registryPassword", "kubeconfig", "secretValues", "secretFiles"]);
    for (const key of secrets) {
      const raw = accepted.find(([accepted]) => accepted === key)?.[1] ?? "clusters:";
      const where = settings[key].type === "object" ? `--path '${key}["NAME"]'` : key;
      expect(problemsOf({ [key]: raw }, () => false)).toEqual([
        `tarmac:${key}: the value is a secret in plain text: remove it from the stack file, then run "pulumi config set --secret ${where}", which asks for the value, or reads it from a file with "< FILE"`,
      ]);
    }
  });

  test("is rejected in a setting that is not secret, where it would become readable", () => {
    expect(problemsOf({ environment: '{"PASSWORD":"hunter2"}' }, () => true)).toEqual([
      "tarmac:environment: the value is encrypted, but this setting is not a secret: the state and previews would show it. Use one of the settings marked as secret in docs/settings.md, or set this one without --secret",
    ]);
  });
});

describe("any input", () => {
  const keys = Object.keys(settings);
  const values = fc.oneof(
    fc.string(),
    fc.json(),
    fc.integer().map(String),
    fc.constantFrom(...accepted.map(([, raw]) => raw), ...refused.map(([, raw]) => raw)),
  );

  test("is read or rejected with a message, and never causes another error", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), values), (all) => {
        for (const problem of attempt(all)) expect(problem).toMatch(/^tarmac:/);
      }),
    );
  });

  test("also in a map or list of any shape", () => {
    const shaped = (Object.entries(settings) as [string, Declaration][]).flatMap(([key, { type }]) =>
      type === "object" || type === "array" ? [key] : [],
    );
    const object = fc.object({ maxDepth: 3, maxKeys: 4, withNullPrototype: false });
    fc.assert(
      fc.property(fc.constantFrom(...shaped), fc.oneof(object, fc.array(fc.anything())), (key, value) => {
        for (const problem of attempt({ [key]: JSON.stringify(value) ?? "" })) expect(problem).toMatch(/^tarmac:/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("settings that do not go together", () => {
  test.each(together)("%s", (_, values, problems) => {
    expect(problemsOf(values)).toEqual(problems);
  });

  test("are only checked when each setting by itself is valid", () => {
    expect(problemsOf({ memoryRequest: "1Gi", memoryLimit: "lots" })).toEqual([
      `tarmac:memoryLimit: "lots" is not an amount of memory: ${memory}`,
    ]);
  });
});

describe("an unknown key", () => {
  test.each([
    ["replica", 'tarmac:replica is not a setting; did you mean "replicas"?; remove it or correct its name'],
    ["NodeCount", 'tarmac:NodeCount is not a setting; did you mean "nodeCount"?; remove it or correct its name'],
    ["colour", "tarmac:colour is not a setting; remove it or correct its name"],
    [
      "registryRetentionDays",
      "tarmac:registryRetentionDays is no longer a setting: Azure's retention policy deletes manifests that pods and rollbacks still name by digest; remove it, and delete old images with: npx tarmac purge STACK",
    ],
    ["constructor", "tarmac:constructor is not a setting; remove it or correct its name"],
  ])("is rejected: %s", (key, problem) => {
    expect(problemsOf({ [key]: "1" })).toEqual([problem]);
  });

  test("is rejected, whatever its name", () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        fc.pre(!Object.hasOwn(settings, key) && key !== "__proto__");
        expect(problemsOf({ [key]: "" })[0]).toMatch(/^tarmac:.* is not a setting/s);
      }),
    );
  });
});

describe("the error", () => {
  test("has every problem at once, says that nothing was changed, and gives the fix", () => {
    expect(() => read({ replica: "3", port: "80", memoryLimit: "256MB" })).toThrow(
      new SettingsError("dev", [
        'tarmac:replica is not a setting; did you mean "replicas"?; remove it or correct its name',
        "tarmac:port: 80 is out of range: use a whole number from 1024 to 65535",
        `tarmac:memoryLimit: "256MB" is not an amount of memory: ${memory}; did you mean "256Mi"?`,
      ]),
    );
    expect(new SettingsError("dev", ["a", "b"]).message).toBe(
      '2 settings of stack "dev" are invalid; nothing was changed:\n  - a\n  - b\n' +
        'Fix them in Pulumi.dev.yaml or with "pulumi config set KEY VALUE"; Pulumi.yaml lists every key.',
    );
  });

  test("uses the singular for one setting", () => {
    expect(new SettingsError("prod", ["a"])).toMatchObject({
      name: "SettingsError",
      message:
        'one setting of stack "prod" is invalid; nothing was changed:\n  - a\n' +
        'Fix them in Pulumi.prod.yaml or with "pulumi config set KEY VALUE"; Pulumi.yaml lists every key.',
    });
  });
});

describe("the settings of the stack that is updated", () => {
  beforeAll(() =>
    pulumi.runtime.setMocks({ call: () => ({}), newResource: () => ({ id: "", state: {} }) }, "tarmac", "blue"),
  );
  afterEach(() => pulumi.runtime.setAllConfig({}));

  test("are those of this project, not those of providers", () => {
    pulumi.runtime.setAllConfig({
      "tarmac:location": needed.location,
      "tarmac:replicas": "5",
      "azure-native:location": "x",
      "tarmacadam:port": "1",
    });
    expect(readStackSettings()).toEqual({ ...read(), replicas: 5 });
  });

  test("are rejected if a typo before the colon makes them ineffective", () => {
    pulumi.runtime.setAllConfig({ "Tarmac:replicas": "5", "tarmak:port": "1" });
    expect(readStackSettings).toThrow(
      'Tarmac:replicas has no effect, because the settings of this project begin with "tarmac:": rename it to tarmac:replicas',
    );
    expect(readStackSettings).toThrow(
      'tarmak:port has no effect, because the settings of this project begin with "tarmac:": rename it to tarmac:port',
    );
  });

  test("that tarmac does not know cause warnings", () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    pulumi.runtime.setAllConfig({
      "tarmac:location": "icelandwest",
      "tarmac:nodeSize": "Standard_B2s_v2",
      "tarmac:userPools": '{"gpu":{"vmSize":"Standard_ND96asr_v4","count":1}}',
    });
    readStackSettings();
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
      'tarmac:location: "icelandwest" is not among the regions that tarmac knows (of 2026-11-28), so Azure may refuse it; list them with az account list-locations -o table',
      'tarmac:nodeSize: "Standard_B2s_v2" is burstable: AKS does not support such nodes for the system pool, where a used-up CPU credit slows down the cluster itself; use it for experiments only',
      'tarmac:userPools: pool "gpu": "Standard_ND96asr_v4" is a size that tarmac does not know (table of 2026-11-28), so it cannot say whether the pods fit',
    ]);
  });

  test("are rejected with the stack's name", () => {
    pulumi.runtime.setAllConfig({ "tarmac:replicas": "0" });
    expect(readStackSettings).toThrow('one setting of stack "blue" is invalid');
  });
});

test.each(generatedFiles(".").map(({ path, ...texts }) => [path, texts] as const))(
  "%s is as `npm run write-settings` writes it",
  (_, { is, shouldBe }) => expect(is).toBe(shouldBe),
);

describe("Pulumi.yaml", () => {
  const declared = (parse(readFileSync("Pulumi.yaml", "utf8")) as { config: Record<string, { default: unknown }> })
    .config;

  test("has valid defaults", () => {
    const values = Object.entries(declared).map(([key, { default: value }]) => [key, rawText(value)] as const);
    expect(read({ ...Object.fromEntries(values), ...needed })).toEqual(read());
  });
});

// A sandbox's file belongs to its user, not to the project.
const stacks = readdirSync(".").flatMap((file) => /^Pulumi\.(?!sandbox-)(.+)\.yaml$/.exec(file)?.[1] ?? []);

/** A value in the form in which Pulumi passes it to the program. */
const rawText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

describe.each(stacks)("Pulumi.%s.yaml", (stack) => {
  const { config } = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as { config: Record<string, unknown> };
  const own = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith("tarmac:") ? [[key.slice("tarmac:".length), value] as const] : [],
  );

  test("has valid settings, and besides them only settings of providers", () => {
    expect(() =>
      readSettings(stack, Object.fromEntries(own.map(([key, value]) => [key, rawText(value)]))),
    ).not.toThrow();
    expect(Object.keys(config).filter((key) => !/^(tarmac|azure-native|kubernetes|docker):/.test(key))).toEqual([]);
  });

  test("repeats no default", () => {
    expect(own.length).toBeGreaterThan(0);
    for (const [key, value] of own) expect([key, value]).not.toEqual([key, settings[key as keyof Settings].default]);
  });
});
