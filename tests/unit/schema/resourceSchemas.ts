/** The inputs and outputs of resources and functions, by the token that the engine receives. See README.md for the sources. */
import { kubernetesForms } from "./kubernetesForms.ts";
import { fileOf, type Member, type Members, membersOf, objectType } from "./declarations.ts";
import { customType } from "./customKinds.ts";
import type { Type } from "./typeText.ts";

export interface ResourceSchema {
  /** Name of the package `@pulumi/...` that declares its types. */
  sdk: string;
  inputs: Members;
  outputs: Members;
  /** Whether its inputs other than strings are JSON: true for providers. */
  json: boolean;
}

/**
 * Kinds whose shape no SDK declares, with the type of their `spec`. Their definitions are in customKinds.ts. A kind that is not
 * listed fails the test that registers it.
 */
const customKinds: Readonly<Record<string, readonly string[]>> = {
  "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass": ["inputs", "customKinds", "SecretProviderClassSpec"],
  "kubernetes:cilium.io/v2:CiliumNetworkPolicy": ["inputs", "customKinds", "CiliumNetworkPolicySpec"],
  "kubernetes:gateway.networking.k8s.io/v1:Gateway": ["inputs", "customKinds", "GatewaySpec"],
  "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute": ["inputs", "customKinds", "HTTPRouteSpec"],
};

/**
 * Types in an API version for which the SDK has no class: that version, and what it adds to the class of the default version. Source:
 * Microsoft's client for the version, @azure/arm-containerregistry (`models.d.ts`).
 */
export const laterVersions: Readonly<Record<string, { apiVersion: string; added: Members }>> = {
  "azure-native:containerregistry/v20251101:Registry": {
    apiVersion: "2025-11-01",
    added: new Map([
      ["networkRuleBypassAllowedForTasks", { type: { kind: "boolean" }, optional: true }],
      [
        "roleAssignmentMode",
        {
          type: {
            kind: "union",
            of: [
              { kind: "literal", value: "LegacyRegistryPermissions" },
              { kind: "literal", value: "AbacRepositoryPermissions" },
            ],
          },
          optional: true,
        },
      ],
    ]),
  },
};

const needed = (type: Type): Member => ({ type, optional: false });

function customKind(token: string): ResourceSchema | undefined {
  const spec = customKinds[token];
  if (spec === undefined) return undefined;
  const [, apiVersion = "", kind = ""] = token.split(":");
  const inputs: Members = new Map([
    ["apiVersion", needed({ kind: "literal", value: apiVersion })],
    ["kind", needed({ kind: "literal", value: kind })],
    ["metadata", needed({ kind: "reference", path: ["inputs", "meta", "v1", "ObjectMeta"] })],
    ["spec", needed({ kind: "reference", path: spec })],
  ]);
  return { sdk: "kubernetes", inputs, outputs: new Map([...inputs, ["status", needed({ kind: "any" })]]), json: false };
}

/** SDK, folder and name of a token: `kubernetes:rbac.authorization.k8s.io/v1:Role` is `Role` in `rbac/v1` of `kubernetes`. */
function placeOf(token: string): { sdk: string; folder: string; name: string } {
  const [sdk = "", module = "", name = ""] = token.split(":");
  if (sdk === "pulumi" && module === "providers") return { sdk: name, folder: "", name: "Provider" };
  if (sdk === "kubernetes") {
    const [group = "", version = ""] = module.split("/");
    return { sdk, folder: `${group.split(".")[0] ?? ""}/${version}`, name };
  }
  // docker:index/image:Image is in the SDK's own folder.
  return { sdk, folder: module.split("/")[0]?.replace(/^index$/, "") ?? "", name };
}

/** @returns the SDK's declaration of a resource; `undefined` for unknown types */
export function resourceSchema(token: string): ResourceSchema | undefined {
  const { sdk, folder, name } = placeOf(token);
  const file = ["azure-native", "kubernetes", "docker"].includes(sdk) ? fileOf(sdk, folder, name) : undefined;
  if (file === undefined) return customKind(token);
  const inputs = membersOf(sdk, file, [`${name}Args`], "interface");
  const outputs = membersOf(sdk, file, [name], "class");
  if (inputs === undefined || outputs === undefined) return undefined;
  const added = laterVersions[token]?.added ?? new Map<string, Member>();
  return {
    sdk,
    inputs: new Map([...inputs, ...added]),
    outputs: new Map([...outputs, ...added]),
    json: token.startsWith("pulumi:providers:"),
  };
}

/** @returns the SDK's declaration of a function such as `azure-native:authorization:getClientToken`; `undefined` for unknown ones */
export function functionSchema(token: string): Omit<ResourceSchema, "json"> | undefined {
  const { sdk, folder, name } = placeOf(token);
  const file = sdk === "azure-native" ? fileOf(sdk, folder, name) : undefined;
  if (file === undefined) return undefined;
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  const outputs = membersOf(sdk, file, [`${capital}Result`], "interface");
  return outputs && { sdk, inputs: membersOf(sdk, file, [`${capital}Args`], "interface") ?? new Map(), outputs };
}

/** The members of an object type, with the forms that its declaration only describes. */
export function objectMembers(sdk: string, reference: readonly string[]): Members {
  if (reference[1] === "customKinds") return customType(reference[2] ?? "");
  const members = objectType(sdk, reference);
  const name = reference.slice(1).join(".");
  const forms = sdk === "kubernetes" && reference[0] === "inputs" ? kubernetesForms[name] : undefined;
  if (forms === undefined) return members;
  return new Map(
    [...members].map(([property, member]) => [property, { ...member, type: forms[property] ?? member.type }]),
  );
}
