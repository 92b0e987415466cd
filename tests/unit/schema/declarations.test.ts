/** The reader of declarations. It must read all of them, or the check that uses it would accept invalid inputs. */
import { enumValues, membersOf, objectType } from "./declarations.ts";
import { customType, customTypes } from "./customKinds.ts";
import { kubernetesForms } from "./kubernetesForms.ts";
import { objectMembers, resourceSchema } from "./resourceSchemas.ts";
import { parseType, type Type } from "./typeText.ts";

test.each<[string, Type]>([
  ["pulumi.Input<string | undefined>", { kind: "string" }],
  ["pulumi.Input<pulumi.Input<number>[] | undefined>", { kind: "list", of: { kind: "number" } }],
  ["pulumi.Input<{\n  [key: string]: pulumi.Input<boolean>;\n} | undefined>", { kind: "map", of: { kind: "boolean" } }],
  ['pulumi.Input<"apps/v1" | undefined>', { kind: "literal", value: "apps/v1" }],
  ["true", { kind: "literal", value: true }],
  ["-1", { kind: "literal", value: -1 }],
  ["any[][]", { kind: "list", of: { kind: "list", of: { kind: "any" } } }],
  ["pulumi.Output<outputs.a.B | undefined>", { kind: "reference", path: ["outputs", "a", "B"] }],
  [
    "pulumi.Input<string | enums.a.B | undefined>",
    { kind: "union", of: [{ kind: "string" }, { kind: "reference", path: ["enums", "a", "B"] }] },
  ],
  ["pulumi.Input<pulumi.asset.Archive>", { kind: "any" }],
])("%s is parsed", (text, type) => {
  expect(parseType(text)).toEqual(type);
});

test.each(["Map<string, number>", "pulumi.Input<string", "string)", ""])("%s is refused instead of guessed", (text) => {
  expect(() => parseType(text)).toThrow(`cannot read the type ${text} at`);
});

/** Everything below the types that tarmac creates. Other parts of the SDKs may use syntax that this reader does not support. */
test.each([
  "azure-native:authorization:RoleAssignment",
  "azure-native:containerregistry:Registry",
  "azure-native:containerservice:AgentPool",
  "azure-native:containerservice:ManagedCluster",
  "azure-native:managedidentity:UserAssignedIdentity",
  "azure-native:network:VirtualNetwork",
  "azure-native:privatedns:PrivateZone",
  "azure-native:resources:ResourceGroup",
  "docker:index/image:Image",
  "kubernetes:apps/v1:Deployment",
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  "kubernetes:core/v1:Service",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  "kubernetes:policy/v1:PodDisruptionBudget",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
  "pulumi:providers:kubernetes",
])("everything below %s can be read", (token) => {
  const schema = resourceSchema(token);
  if (schema === undefined) throw new Error(`no schema of ${token}`);
  const seen = new Set<string>();
  const visit = (type: Type): void => {
    if (type.kind === "list" || type.kind === "map") visit(type.of);
    else if (type.kind === "union") type.of.forEach(visit);
    else if (type.kind === "reference") {
      const name = type.path.join(".");
      if (seen.has(name)) return;
      seen.add(name);
      if (type.path[0] === "enums") expect([name, enumValues(schema.sdk, type.path)]).not.toEqual([name, []]);
      else for (const { type: member } of objectType(schema.sdk, type.path).values()) visit(member);
    }
  };
  for (const { type } of [...schema.inputs.values(), ...schema.outputs.values()]) visit(type);
  expect(schema.inputs.size).toBeGreaterThan(0);
  if (!token.startsWith("pulumi:providers:")) expect(schema.outputs.size).toBeGreaterThan(0);
});

test("finds all members, and which are optional", () => {
  const members = membersOf("docker", "image.d.ts", ["ImageArgs"], "interface");
  expect([...(members ?? [])].map(([name, { optional }]) => (optional ? `${name}?` : name))).toEqual([
    "build?",
    "buildOnPreview?",
    "imageName",
    "registry?",
    "skipPush?",
  ]);
  expect([...objectType("docker", ["inputs", "DockerBuild"]).keys()]).toContain("args");
});

test("reports a missing declaration", () => {
  expect(() => objectType("docker", ["inputs", "Nothing"])).toThrow("docker does not declare inputs.Nothing");
  expect(() => enumValues("docker", ["enums", "Nothing"])).toThrow("docker does not declare enums.Nothing");
  expect(membersOf("docker", "image.d.ts", ["Image"], "interface")).toBeUndefined();
});

test.each(Object.entries(kubernetesForms))("%s has the properties that forms refer to", (name, forms) => {
  expect([...objectType("kubernetes", ["inputs", ...name.split(".")]).keys()]).toEqual(
    expect.arrayContaining(Object.keys(forms)),
  );
});

test("every referenced type of a custom resource is declared", () => {
  const references = (type: Type): (readonly string[])[] =>
    type.kind === "reference" ? [type.path] : type.kind === "list" || type.kind === "map" ? references(type.of) : [];
  const all = customTypes.flatMap((name) => [...customType(name).values()].flatMap(({ type }) => references(type)));
  expect(all.length).toBeGreaterThan(20);
  for (const path of all) expect(objectMembers("kubernetes", path).size).toBeGreaterThan(0);
  expect(() => customType("Nothing")).toThrow("no type Nothing is written down");
});
