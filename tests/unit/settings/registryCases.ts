/** Accepted and rejected values of the settings of the registry, with the messages. */
import type { Settings } from "../../../settings/everySetting.ts";
import { guid, type SettingCases } from "./settingCases.ts";

const notAGroup = (name: string) =>
  `"${name}" is not a resource group name: use 1 to 90 letters, digits, "_", "-", ".", "(", and ")", not ending with "."`;
const notAServer = (server: string) =>
  `"${server}" is not a registry host: use HOST or HOST:PORT in lower case, without "https://" and without a path, e.g. "registry.example.com"`;

const existing = { existingRegistry: "another", existingRegistryGroup: "another" };
const external = { registryServer: "r.example", registryUsername: "another", registryPassword: "another" };
const premium = { registrySku: "Premium" };

export const registryCases: SettingCases = {
  beside: {
    ...{ existingRegistry: existing, existingRegistryGroup: existing, existingRegistrySubscription: existing },
    ...{ registryUsername: external, registryPassword: external },
    ...{ registryReplicas: premium, registryAllowedRanges: premium },
    registryPushers: { registryRoleMode: "abac" },
  },
  accepted: [
    ["registryName", "ContosoHello", "ContosoHello"],
    ["registrySku", "Premium", "Premium"],
    ["registryRoleMode", "abac", "abac"],
    ["registryPushers", `{"${guid}":"ServicePrincipal"}`, { [guid]: "ServicePrincipal" }],
    ["registryReplicas", '["northeurope"]', ["northeurope"]],
    ["registryAllowedRanges", '["203.0.113.7","198.51.100.0/24"]', ["203.0.113.7", "198.51.100.0/24"]],
    ["existingRegistry", "ContosoShared", "ContosoShared"],
    ["existingRegistryGroup", "shared_(1).rg", "shared_(1).rg"],
    ["existingRegistrySubscription", guid.toUpperCase(), guid.toUpperCase()],
    ["registryServer", "registry.example.com", "registry.example.com"],
    ["registryServer", "localhost:5000", "localhost:5000"],
    ["registryServer", "registry:443", "registry:443"],
    ["registryUsername", "ci@example.com", "ci@example.com"],
    ["registryPassword", "s3cret:with space", "s3cret:with space"],
  ],
  refused: [
    [
      "registryServer",
      "hub.docker.com",
      '"hub.docker.com" is not a registry that accepts pushes: use e.g. "docker.io"',
    ],
    [
      "registryName",
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/contoso",
      '"/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/contoso" is a resource id: use the name of the registry alone, "contoso"',
    ],
    [
      "registryAllowedRanges",
      '["0.0.0.0/0","10.0.0.4"]',
      '"0.0.0.0/0" allows every address: to allow all, remove registryAllowedRanges',
      '"10.0.0.4" is a private range, and no request from the internet comes from one: use public addresses, or a private endpoint (privateRegistry)',
    ],
    [
      "registryAllowedRanges",
      JSON.stringify(Array.from({ length: 201 }, (_, i) => `203.0.${i}.7`)),
      "201 ranges are more than 200, the most that a registry takes: merge neighboring ranges into larger ones",
    ],
    [
      "registryName",
      "contoso-hello",
      '"contoso-hello" is not a registry name: use 5 to 50 letters and digits, e.g. "contosohello"',
    ],
    ["registryName", "four", '"four" is not a registry name: use 5 to 50 letters and digits, e.g. "contosohello"'],
    ["registrySku", "premium", '"premium" is not one of "Basic", "Standard", "Premium"; did you mean "Premium"?'],
    ["registrySku", "Gold", '"Gold" is not one of "Basic", "Standard", "Premium"'],
    ["registryRoleMode", "rbac", '"rbac" is not one of "classic", "abac"; did you mean "abac"?'],
    [
      "registryPushers",
      '{"somebody@example.com":"User"}',
      '"somebody@example.com" is not an object id: use the GUID that this command prints: az ad signed-in-user show --query id, or az ad group show --group NAME --query id',
    ],
    [
      "registryPushers",
      `{"${guid}":"Team"}`,
      `the type of "${guid}" is "Team": use "User", "Group", or "ServicePrincipal"`,
    ],
    [
      "registryReplicas",
      '["North Europe"]',
      '"North Europe" is not a region name: use lower case without spaces, e.g. "northeurope"; list them with az account list-locations -o table',
    ],
    ...(["registryZoneRedundant", "registryPublicAccess"] as const).map((key): [keyof Settings, string, string] => [
      key,
      "yes",
      '"yes" is not a boolean: use "true" or "false"',
    ]),
    ["registryUsername", "ci:x", '"ci:x" is not a user name: remove the space or ":"'],
    ["registryPassword", "hidden\n", "the value begins or ends with white space: store it without"],
    [
      "registryAllowedRanges",
      '["203.0.113.7/33"]',
      '"203.0.113.7/33" is not an address range: use an IPv4 address, e.g. "203.0.113.7", or ADDRESS/BITS, e.g. "10.20.0.0/24"',
    ],
    [
      "registryAllowedRanges",
      '["203.0.113.7/24"]',
      '"203.0.113.7/24" is an address inside a range: use "203.0.113.7/32" for this address alone, or "203.0.113.0/24" for all 256',
    ],
    [
      "registryAllowedRanges",
      '["2001:db8::1"]',
      '"2001:db8::1" is an IPv6 address, and only IPv4 is supported: use IPv4 addresses',
    ],
    [
      "existingRegistry",
      "contoso.azurecr.io",
      '"contoso.azurecr.io" is a login server: use the name of the registry alone, "contoso"',
    ],
    ["existingRegistryGroup", "shared/rg", notAGroup("shared/rg")],
    ["existingRegistryGroup", "shared.", notAGroup("shared.")],
    [
      "existingRegistrySubscription",
      "production",
      '"production" is not a subscription id: use its GUID; list them with az account list --query "[].{name:name,id:id}" -o table',
    ],
    ...[
      "https://registry.example.com",
      "registry.example.com/team",
      "registry",
      "registry.example.com:0",
      ":5000",
      "a.b:1:2",
    ].map((server): [keyof Settings, string, string] => ["registryServer", server, notAServer(server)]),
    ["registryServer", "Registry.example.com", notAServer("Registry.example.com")],
  ],
  together: [
    [
      "a registry whose images need an owner",
      { registryServer: "docker.io", registryUsername: "ci", registryPassword: "secret" },
      [
        'tarmac:repository: "hello" would be pushed to docker.io in Docker\'s own library/, where nobody else may push: use OWNER/hello',
      ],
    ],
    [
      "a registry whose name Azure reserves",
      { registryName: "windowsapps" },
      [
        'tarmac:registryName: "windowsapps" contains "windows", which Azure allows in no public name (ReservedResourceName): use another name',
      ],
    ],
    [
      "an app whose registry would have a reserved name",
      { appName: "log-in" },
      [
        'tarmac:appName: the registry is named after it: "login" begins with "login", which Azure allows in no public name (ReservedResourceName): use another name, e.g. "my-login", or set registryName',
      ],
    ],
    [
      "two registries",
      { existingRegistry: "contoso", existingRegistryGroup: "shared", registryServer: "registry.example.com" },
      ["tarmac:registryServer: conflicts with existingRegistry, and a stack has one registry: remove one of the two"],
    ],
    [
      "an existing registry without its address",
      { existingRegistry: "contoso" },
      [
        'tarmac:existingRegistryGroup: is required with existingRegistry "contoso": use the resource group that this command prints: az acr show --name contoso --query resourceGroup -o tsv',
      ],
    ],
    [
      "an address without a registry",
      { existingRegistryGroup: "shared", existingRegistrySubscription: guid },
      [
        "tarmac:existingRegistryGroup: has no effect without existingRegistry: set existingRegistry, or remove this",
        "tarmac:existingRegistrySubscription: has no effect without existingRegistry: set existingRegistry, or remove this",
      ],
    ],
    [
      "a user without a password",
      { registryServer: "registry.example.com", registryUsername: "ci" },
      [
        'tarmac:registryPassword: is required with registryUsername "ci": run "pulumi config set --secret registryPassword", which asks for the value',
      ],
    ],
    [
      "a password without a user",
      { registryServer: "registry.example.com", registryPassword: "hidden" },
      [
        'tarmac:registryUsername: is required with registryPassword: run "pulumi config set registryUsername NAME", or remove the password',
      ],
    ],
    [
      "a user without a registry",
      { registryUsername: "ci", registryPassword: "hidden" },
      ["tarmac:registryUsername: has no effect without registryServer: set registryServer, or remove this"],
    ],
    [
      "features that only Premium has",
      {
        ...{ registrySku: "Standard", registryZoneRedundant: "true", registryReplicas: '["northeurope"]' },
        ...{ registryAllowedRanges: '["203.0.113.7"]' },
      },
      ["registryZoneRedundant", "registryReplicas", "registryAllowedRanges"].map(
        (key) =>
          `tarmac:${key}: requires the SKU "Premium", and the registry has "Standard": change the SKU, or remove this`,
      ),
    ],
    [
      "an unreachable registry, with allowed ranges",
      { registrySku: "Premium", registryPublicAccess: "false", registryAllowedRanges: '["203.0.113.7"]' },
      [
        "tarmac:registryAllowedRanges: without public network access, no public range reaches the registry: remove the ranges, or allow public network access",
        "tarmac:registryPublicAccess: without public access, nothing could reach the registry: set privateRegistry to true, or set this to true",
      ],
    ],
    [
      "its own region as a replica",
      { registrySku: "Premium", location: "northeurope", registryReplicas: '["northeurope"]' },
      [`tarmac:registryReplicas: "northeurope" is the registry's home region: remove it`],
    ],
    [
      "pushers of a registry in the other role mode",
      { registryPushers: `{"${guid}":"User"}` },
      [
        'tarmac:registryPushers: applies only to the role mode "abac": set registryRoleMode to "abac", or remove this and assign the role AcrPush instead',
      ],
    ],
    [
      "an existing registry, with settings of a new one",
      {
        ...{ existingRegistry: "contoso", existingRegistryGroup: "shared" },
        ...{ registryName: "another", registrySku: "Premium", registryRoleMode: "abac" },
      },
      ["registryName", "registrySku", "registryRoleMode"].map(
        (key) =>
          `tarmac:${key}: applies only to a registry that the stack creates, but existingRegistry selects an existing one: remove one of the two`,
      ),
    ],
    [
      "a registry outside Azure, with settings of a new one",
      { registryServer: "registry.example.com", registrySku: "Standard" },
      [
        "tarmac:registrySku: applies only to a registry that the stack creates, but registryServer selects an existing one: remove one of the two",
      ],
    ],
  ],
};
