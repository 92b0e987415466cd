import fc from "fast-check";
import { grant, roleAssignmentName, roleDefinitionIdFor, roles } from "../../../../components/azure/builtInRoles.ts";
import { guid, subscription } from "../../providerAnswers.ts";
import { mockCloud, only } from "../../pulumiMocks.ts";

const assignment = "azure-native:authorization:RoleAssignment";
const part = fc.string({ unit: fc.constantFrom(..."abcXYZ019-_/|."), minLength: 1, maxLength: 40 });
const guids = fc.uuid();
const parts = fc.tuple(part, guids, guids);
const mixedCase = (text: string, upper: readonly boolean[]) =>
  [...text].map((letter, i) => (upper[i % upper.length] === true ? letter.toUpperCase() : letter)).join("");

test("the built-in roles have these ids in every tenant", () => {
  expect(roles).toEqual({
    acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    containerRegistryRepositoryReader: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
    containerRegistryRepositoryWriter: "2a1e307c-b015-4ebd-883e-5b7698a07328",
    managedIdentityOperator: "f1a07417-d97a-45cb-824c-7a7467783830",
    networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
    privateDnsZoneContributor: "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
    aksRbacClusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  });
});

describe("the name of a role assignment", () => {
  test("never changes: a new name would grant the same right twice, which Azure refuses", () => {
    expect(roleAssignmentName(`${subscription}/resourceGroups/group`, guid("kubelet"), roles.acrPull)).toBe(
      "e6d6ff25-e3ca-5645-8bfe-d8969aed71cc",
    );
  });

  test("is a GUID, the same for the same right", () => {
    fc.assert(
      fc.property(parts, (right) => {
        const name = roleAssignmentName(...right);
        expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(roleAssignmentName(...right)).toBe(name);
      }),
    );
  });

  test("is the same whatever case Azure returns the ids in", () => {
    fc.assert(
      fc.property(parts, fc.array(fc.boolean(), { minLength: 1 }), (right, upper) => {
        const [scope, principal, role] = right;
        expect(roleAssignmentName(mixedCase(scope, upper), mixedCase(principal, upper), mixedCase(role, upper))).toBe(
          roleAssignmentName(...right),
        );
      }),
    );
  });

  test.each([0, 1, 2])("differs when input %i differs", (index) => {
    fc.assert(
      fc.property(parts, part, (right, other) => {
        const changed: typeof right = [...right];
        changed[index] = other;
        fc.pre(other.toLowerCase() !== right[index]?.toLowerCase());
        expect(roleAssignmentName(...changed)).not.toBe(roleAssignmentName(...right));
      }),
    );
  });
});

describe("the id of a role", () => {
  test.each([subscription, `${subscription}/resourceGroups/g`, `${subscription.toUpperCase()}/resourceGroups/g`])(
    "is in the subscription of its scope: %s",
    (scope) => {
      const id = scope.split("/")[2] ?? "";
      expect(roleDefinitionIdFor(scope, roles.acrPull)).toBe(
        `/subscriptions/${id}/providers/Microsoft.Authorization/roleDefinitions/${roles.acrPull}`,
      );
    },
  );

  test("does not exist for a scope outside of subscriptions", () => {
    expect(() => roleDefinitionIdFor("/providers/Microsoft.Management/managementGroups/all", roles.acrPull)).toThrow(
      'scope "/providers/Microsoft.Management/managementGroups/all" is not a resource id: use one that starts with /subscriptions/ID',
    );
  });
});

test.each([
  ["ServicePrincipal", "ServicePrincipal"],
  [undefined, "ServicePrincipal"],
  ["Group", "Group"],
] as const)(
  "a grant to a principal of type %s states %s, because Azure would take an untyped principal for a user",
  async (principalType, told) => {
    const cloud = await mockCloud();
    grant("right", { scope: subscription, principalId: guid("p"), role: roles.acrPull, principalType }, {});
    expect(only(await cloud.settled(), assignment).inputs.principalType).toBe(told);
  },
);
