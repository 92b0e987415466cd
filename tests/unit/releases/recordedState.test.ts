import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutFolder } from "../../../local/layout.ts";
import { secretSignature, signatureKey } from "../../../ops/pulumi/secretValue.ts";
import { type Json, portable, type StateResource } from "../../releases/portableState.ts";
import { onThisMachine } from "../../releases/stateOnThisMachine.ts";

const urn = (type: string, name = "hello") => `urn:pulumi:local::tarmac::${type}::${name}`;
const secret = (fields: Record<string, Json>): Json => ({ [signatureKey]: secretSignature, ...fields });
const guid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;

describe("portable", () => {
  it("keeps no secret and no path of the machine", () => {
    const resource = {
      urn: urn("azure-native:x:Thing"),
      type: "azure-native:x:Thing",
      id: "/subscriptions/a",
      sourcePosition: "project:///file:/home/somebody/index.ts#1,1",
      stackTrace: [{ sourcePosition: "project:///file:/home/somebody/index.ts#1,1" }],
      outputs: { name: "a", keys: [secret({ ciphertext: "v1:abc" })] },
    };
    expect(portable({ resources: [resource] })).toEqual({
      resources: [
        {
          urn: resource.urn,
          type: resource.type,
          id: resource.id,
          outputs: { name: "a", keys: [secret({ plaintext: '"removed"' })] },
        },
      ],
    });
  });

  it("has the form of the recorded release", () => {
    const folder = join(checkoutFolder, "tests", "releases");
    const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
    expect(files).toHaveLength(1);
    const recorded = JSON.parse(readFileSync(join(folder, files[0] ?? ""), "utf8")) as { resources: StateResource[] };
    expect(recorded.resources.length).toBeGreaterThan(20);
    expect(portable(recorded)).toEqual(recorded);
  });
});

describe("onThisMachine", () => {
  const recorded: StateResource[] = [
    {
      urn: urn("azure-native:managedidentity:UserAssignedIdentity"),
      type: "azure-native:managedidentity:UserAssignedIdentity",
      id: `/subscriptions/${guid("1")}/identities/hello1a2b3c4d`,
      outputs: { name: "hello1a2b3c4d", principalId: guid("2"), size: "Standard_D2s_v5" },
    },
    {
      urn: urn("azure-native:containerservice:ManagedCluster"),
      type: "azure-native:containerservice:ManagedCluster",
      inputs: { identities: { [`/subscriptions/${guid("1")}/identities/hello1a2b3c4d`]: {} }, as: guid("2") },
      outputs: { token: secret({ plaintext: '"removed"' }) },
    },
  ];
  const live: StateResource[] = [
    {
      urn: urn("azure-native:managedidentity/v20241130:UserAssignedIdentity"),
      type: "azure-native:managedidentity/v20241130:UserAssignedIdentity",
      id: `/subscriptions/${guid("3")}/identities/hello99999999`,
      outputs: { name: "hello99999999", principalId: guid("4"), size: "Standard_D4s_v5" },
    },
    {
      urn: urn("azure-native:containerservice:ManagedCluster"),
      type: "azure-native:containerservice:ManagedCluster",
      outputs: { token: secret({ plaintext: '"live"' }) },
    },
  ];
  const [identity, cluster] = onThisMachine(recorded, live);

  it("replaces what Azure assigned, wherever it is mentioned", () => {
    expect(identity?.id).toBe(live[0]?.id);
    expect(identity?.outputs).toMatchObject({ name: "hello99999999", principalId: guid("4") });
    expect(cluster?.inputs).toEqual({
      identities: { [`/subscriptions/${guid("3")}/identities/hello99999999`]: {} },
      as: guid("4"),
    });
  });

  it("keeps what the program decides as it was recorded, and the type with its API version", () => {
    expect(identity?.outputs).toMatchObject({ size: "Standard_D2s_v5" });
    expect(identity?.type).toBe("azure-native:managedidentity:UserAssignedIdentity");
  });

  it("replaces the secrets", () => {
    expect(cluster?.outputs).toEqual({ token: secret({ plaintext: '"live"' }) });
  });
});
