import { exceptionsFor, matches } from "../../../policy/exceptions.ts";
import { judged, urnOf, type TestResource } from "./judged.ts";

const registry: TestResource = {
  type: "azure-native:containerregistry:Registry",
  name: "shop",
  props: { adminUserEnabled: true },
};
const urn = urnOf(registry);
const reason = "an old build server that cannot sign in with Entra";

it.each([
  "shop",
  "azure-native:containerregistry:Registry::shop",
  urn,
  "*",
  "azure-native:containerregistry:*",
  "s*p",
  "*Registry::sh*",
])("names a resource by %s", (resource) => {
  expect(exceptionsFor([{ resource, reason }], urn, "2026-01-01").holds).toEqual({ resource, reason });
});

it.each([
  "sho",
  "hop",
  "Registry::shop",
  "azure-native:containerregistry:Registry::shop2",
  "azure-native:containerservice:*",
  ".",
])("does not name it by %s", (resource) => {
  expect(exceptionsFor([{ resource, reason }], urn, "2026-01-01")).toEqual({});
});

describe("a resource in an API version that the program requests", () => {
  const versioned = urnOf({ ...registry, type: "azure-native:containerregistry/v20251101:Registry" });

  it.each([
    "azure-native:containerregistry:Registry::shop",
    "azure-native:containerregistry/v20251101:Registry::shop",
    "azure-native:containerregistry:*",
    urn,
    versioned,
  ])("is named by %s", (resource) => {
    expect(exceptionsFor([{ resource, reason }], versioned, "2026-01-01").holds).toEqual({ resource, reason });
  });

  it("is not named by another type or version", () => {
    for (const resource of ["azure-native:containerservice:*", "azure-native:containerregistry/v20230701:*"])
      expect(exceptionsFor([{ resource, reason }], versioned, "2026-01-01")).toEqual({});
  });
});

it("names a resource whose name has colons", () => {
  const colons = "urn:pulumi:dev::shop::kubernetes:core/v1:Secret::ns::app";
  expect(exceptionsFor([{ resource: "ns::app", reason }], colons, "2026-01-01").holds).toBeDefined();
});

it("matches every character except * literally", () => {
  expect(matches("a.b+c(d)[e]{f}^$|\\?", "a.b+c(d)[e]{f}^$|\\?")).toBe(true);
  expect(matches("a.b", "axb")).toBe(false);
});

it.each([
  ["2026-06-29", true],
  ["2026-06-30", true],
  ["2026-07-01", false],
])("applies until the end of its last day: on %s: %s", (today, does) => {
  const { holds, expired } = exceptionsFor([{ resource: "shop", reason, until: "2026-06-30" }], urn, today);
  expect([holds !== undefined, expired !== undefined]).toEqual([does, !does]);
});

describe("in a policy", () => {
  it("keep the policy from being applied, and say why", () => {
    expect(
      judged("registry-no-admin-user", registry, { exceptions: [{ resource: "shop", reason, until: "9999-12-31" }] }),
    ).toEqual({
      violations: [],
      notApplicable: `excepted: ${reason}`,
    });
  });

  it.each(["azure-native:containerregistry:Registry::shop", "azure-native:resources:Resource::shop"])(
    "apply to a resource of any version by %s",
    (resource) => {
      const generic = {
        ...{ resourceProviderNamespace: "Microsoft.ContainerRegistry", resourceType: "registries" },
        ...{ parentResourcePath: "", properties: registry.props },
      };
      expect(
        judged(
          "registry-no-admin-user",
          { ...registry, type: "azure-native:resources:Resource", props: generic },
          { exceptions: [{ resource, reason }] },
        ),
      ).toEqual({ violations: [], notApplicable: `excepted: ${reason}` });
    },
  );

  it("are mentioned in the violation when they have expired", () => {
    const { violations } = judged("registry-no-admin-user", registry, {
      exceptions: [{ resource: "shop", reason, until: "2020-01-31" }],
    });
    expect(violations[0]?.message.split("\n").slice(0, 3)).toEqual([
      "the registry's admin user is on (adminUserEnabled)",
      `The exception for it ended on 2020-01-31: ${reason}`,
      expect.stringMatching(/^Why: /),
    ]);
  });

  it("do not apply to other resources", () => {
    expect(
      judged("registry-no-admin-user", registry, { exceptions: [{ resource: "other", reason }] }).violations,
    ).toHaveLength(1);
  });
});
