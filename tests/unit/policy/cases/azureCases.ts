/** The rules about single Azure resources. */
import { unknown, type TestResource } from "../judged.ts";
import { changed, type RuleCases } from "./ruleCases.ts";

const registry: TestResource = {
  type: "azure-native:containerregistry:Registry",
  props: {
    adminUserEnabled: false,
    anonymousPullEnabled: false,
    sku: { name: "Basic" },
    tags: { owner: "shop", stack: "dev" },
  },
};
/** The generic form of a registry, for settings that the SDK's own type lacks. */
const anyRegistry: TestResource = {
  type: "azure-native:resources:Resource",
  props: {
    resourceProviderNamespace: "Microsoft.ContainerRegistry",
    resourceType: "registries",
    parentResourcePath: "",
    apiVersion: "2025-11-01",
    sku: { name: "Basic" },
    properties: { adminUserEnabled: false, anonymousPullEnabled: false },
    tags: { owner: "shop", stack: "dev" },
  },
};
const anyCluster: TestResource = {
  type: "azure-native:resources:Resource",
  props: {
    resourceProviderNamespace: "microsoft.containerservice",
    resourceType: "managedClusters",
    sku: { name: "Base", tier: "Free" },
    properties: { disableLocalAccounts: true },
  },
};
const cluster: TestResource = {
  type: "azure-native:containerservice:ManagedCluster",
  props: {
    sku: { name: "Base", tier: "Free" },
    disableLocalAccounts: true,
    apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] },
    autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
    tags: { owner: "shop", stack: "dev" },
  },
};
const vault: TestResource = {
  type: "azure-native:keyvault:Vault",
  props: {
    properties: { enableRbacAuthorization: true, enablePurgeProtection: true },
    tags: { owner: "shop", stack: "dev" },
  },
};
const withProps = (resource: TestResource, changes: Record<string, unknown>) =>
  changed(resource, Object.fromEntries(Object.entries(changes).map(([path, value]) => [`props.${path}`, value])));
const automatic = (changes: Record<string, unknown>) => withProps(cluster, { sku: { name: "Automatic" }, ...changes });

export const azureCases: Record<string, RuleCases> = {
  "vault-roles": {
    right: [["on", vault]],
    wrong: [
      [
        "off",
        withProps(vault, { "properties.enableRbacAuthorization": false }),
        ["the vault has access policies (properties.enableRbacAuthorization)"],
      ],
      [
        "left out",
        withProps(vault, { "properties.enableRbacAuthorization": undefined }),
        ["the vault has access policies (properties.enableRbacAuthorization)"],
      ],
    ],
    undecided: [
      [
        "not known",
        withProps(vault, { "properties.enableRbacAuthorization": unknown }),
        ["properties.enableRbacAuthorization"],
      ],
    ],
  },
  "vault-purge-protection": {
    right: [["on", vault]],
    wrong: [
      [
        "off",
        withProps(vault, { "properties.enablePurgeProtection": false }),
        ["the vault has no purge protection (properties.enablePurgeProtection)"],
      ],
      [
        "left out",
        withProps(vault, { "properties.enablePurgeProtection": undefined }),
        ["the vault has no purge protection (properties.enablePurgeProtection)"],
      ],
    ],
    undecided: [
      [
        "not known",
        withProps(vault, { "properties.enablePurgeProtection": unknown }),
        ["properties.enablePurgeProtection"],
      ],
    ],
  },
  "registry-no-admin-user": {
    right: [
      ["off", registry],
      ["left out", withProps(registry, { adminUserEnabled: undefined })],
      ["off, in any version", anyRegistry],
    ],
    wrong: [
      ["on", withProps(registry, { adminUserEnabled: true }), ["the registry's admin user is on (adminUserEnabled)"]],
      [
        "in a named API version",
        {
          ...withProps(registry, { adminUserEnabled: true }),
          type: "azure-native:containerregistry/v20250401:Registry",
        },
        ["the registry's admin user is on (adminUserEnabled)"],
      ],
      [
        "in any version",
        withProps(anyRegistry, { "properties.adminUserEnabled": true }),
        ["the registry's admin user is on (properties.adminUserEnabled)"],
      ],
    ],
    undecided: [
      ["not known", withProps(registry, { adminUserEnabled: unknown }), ["adminUserEnabled"]],
      [
        "unknown, in any version",
        withProps(anyRegistry, { "properties.adminUserEnabled": unknown }),
        ["properties.adminUserEnabled"],
      ],
      [
        "nothing known, in any version",
        withProps(anyRegistry, { properties: unknown }),
        ["properties.adminUserEnabled"],
      ],
    ],
  },
  "registry-no-anonymous-pull": {
    right: [
      ["off", registry],
      ["left out", withProps(registry, { anonymousPullEnabled: undefined })],
    ],
    wrong: [
      [
        "on",
        withProps(registry, { anonymousPullEnabled: true }),
        ["the registry can be pulled from without signing in (anonymousPullEnabled)"],
      ],
      [
        "in any version",
        withProps(anyRegistry, { "properties.anonymousPullEnabled": true }),
        ["the registry can be pulled from without signing in (properties.anonymousPullEnabled)"],
      ],
    ],
    undecided: [["not known", withProps(registry, { anonymousPullEnabled: unknown }), ["anonymousPullEnabled"]]],
  },
  "cluster-no-local-accounts": {
    right: [
      ["off", cluster],
      ["AKS Automatic, which has none", automatic({ disableLocalAccounts: undefined })],
    ],
    wrong: [
      ["left out", withProps(cluster, { disableLocalAccounts: undefined }), ["disableLocalAccounts is not set"]],
      ["on", automatic({ disableLocalAccounts: false }), ["disableLocalAccounts is false"]],
      [
        "on, in any version",
        withProps(anyCluster, { "properties.disableLocalAccounts": false }),
        ["disableLocalAccounts is false (properties.disableLocalAccounts)"],
      ],
    ],
    undecided: [["not known", withProps(cluster, { disableLocalAccounts: unknown }), ["disableLocalAccounts"]]],
  },
  "cluster-api-server": {
    right: [
      ["ranges", cluster],
      ["private", withProps(cluster, { apiServerAccessProfile: { enablePrivateCluster: true } })],
      [
        "private, with unknown ranges",
        withProps(cluster, { apiServerAccessProfile: { enablePrivateCluster: true, authorizedIPRanges: unknown } }),
      ],
      [
        "nobody but the cluster itself",
        withProps(cluster, { apiServerAccessProfile: { authorizedIPRanges: ["0.0.0.0/32"] } }),
      ],
    ],
    wrong: [
      [
        "open",
        withProps(cluster, { apiServerAccessProfile: undefined }),
        [
          "the cluster is public, and no address range limits access to its API server (apiServerAccessProfile.authorizedIPRanges)",
        ],
      ],
      [
        "no ranges",
        withProps(cluster, { "apiServerAccessProfile.authorizedIPRanges": [] }),
        [
          "the cluster is public, and no address range limits access to its API server (apiServerAccessProfile.authorizedIPRanges)",
        ],
      ],
      [
        "all addresses, in two halves",
        withProps(cluster, { "apiServerAccessProfile.authorizedIPRanges": ["0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8"] }),
        [
          'the authorized range "0.0.0.0/1" covers the whole internet (apiServerAccessProfile.authorizedIPRanges[0])',
          'the authorized range "128.0.0.0/1" covers the whole internet (apiServerAccessProfile.authorizedIPRanges[1])',
        ],
      ],
      [
        "one violation beside an unknown value",
        withProps(cluster, { "apiServerAccessProfile.authorizedIPRanges": [unknown, "0.0.0.0/0"] }),
        ['the authorized range "0.0.0.0/0" covers the whole internet (apiServerAccessProfile.authorizedIPRanges[1])'],
      ],
    ],
    undecided: [
      [
        "the ranges",
        withProps(cluster, { "apiServerAccessProfile.authorizedIPRanges": unknown }),
        ["apiServerAccessProfile"],
      ],
      [
        "one range",
        withProps(cluster, { "apiServerAccessProfile.authorizedIPRanges": [unknown] }),
        ["apiServerAccessProfile.authorizedIPRanges[0]"],
      ],
      [
        "whether it is private",
        withProps(cluster, { "apiServerAccessProfile.enablePrivateCluster": unknown }),
        ["apiServerAccessProfile"],
      ],
    ],
  },
  "cluster-upgrades": {
    right: [
      ["channels", cluster],
      ["the nodes' default", withProps(cluster, { "autoUpgradeProfile.nodeOSUpgradeChannel": undefined })],
      ["AKS Automatic", automatic({ autoUpgradeProfile: undefined })],
    ],
    wrong: [
      [
        "left out",
        withProps(cluster, { autoUpgradeProfile: undefined }),
        ["Kubernetes is not upgraded: upgradeChannel is not set (autoUpgradeProfile.upgradeChannel)"],
      ],
      [
        "none",
        withProps(cluster, { autoUpgradeProfile: { upgradeChannel: "none", nodeOSUpgradeChannel: "None" } }),
        [
          'Kubernetes is not upgraded: upgradeChannel is "none" (autoUpgradeProfile.upgradeChannel)',
          'the nodes\' system is not upgraded: nodeOSUpgradeChannel is "None" (autoUpgradeProfile.nodeOSUpgradeChannel)',
        ],
      ],
    ],
    undecided: [
      [
        "not known",
        withProps(cluster, { "autoUpgradeProfile.upgradeChannel": unknown }),
        ["autoUpgradeProfile.upgradeChannel"],
      ],
    ],
  },
  "required-tags": {
    right: [
      ["both", registry],
      ["an unknown value that may be one", withProps(registry, { "tags.region": unknown })],
      ["a type without tags", { type: "azure-native:authorization:RoleAssignment", props: { scope: "/" } }],
      ["other tags, if those are required", withProps(registry, { tags: { team: "shop" } }), { tags: ["team"] }],
    ],
    wrong: [
      [
        "none",
        withProps(cluster, { tags: undefined }),
        ['there is no tag "owner" (tags.owner)', 'there is no tag "stack" (tags.stack)'],
      ],
      [
        "none, in any version",
        withProps(anyRegistry, { tags: undefined }),
        ['there is no tag "owner" (tags.owner)', 'there is no tag "stack" (tags.stack)'],
      ],
      ["an empty one", withProps(registry, { "tags.owner": "" }), ['the tag "owner" is empty (tags.owner)']],
      [
        "an unknown type, with other tags",
        { type: "azure-native:web:StaticSite", props: { tags: { stack: "dev" } } },
        ['there is no tag "owner" (tags.owner)'],
      ],
    ],
    undecided: [
      ["a value", withProps(registry, { "tags.owner": unknown }), ["tags.owner"]],
      ["all of them", withProps(registry, { tags: unknown }), ["tags.owner", "tags.stack"]],
    ],
  },
};
