import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { FindingsReader } from "../../../../ops/policy/policyFindings.ts";
import { toText } from "../../../../ops/policy/policyText.ts";

const cluster = "urn:pulumi:dev::shop::shop:index:App$azure-native:containerservice:ManagedCluster::aks";
const service = "urn:pulumi:dev::shop::kubernetes:core/v1:Service::app";
const clusterRules = ["cluster-no-local-accounts", "cluster-api-server", "cluster-upgrades", "required-tags"];

const event = (content: object) => ({ sequence: 0, timestamp: 0, ...content }) as EngineEvent;
const violation = (changes: object = {}) =>
  event({
    policyEvent: {
      policyName: "cluster-api-server",
      enforcementLevel: "mandatory",
      severity: "high",
      resourceUrn: cluster,
      message: "A cluster's API server is not open to the whole internet\nFix: name ranges\n",
      ...changes,
    },
  });
const summary = (resourceUrn: string, passed: string[], failed?: string[]) =>
  event({ policyAnalyzeSummaryEvent: { resourceUrn, passed, failed } });

function read(events: EngineEvent[], exceptions = {}) {
  const reader = new FindingsReader(exceptions);
  for (const one of events) reader.take(one);
  return reader.result();
}

it("lists each violation once, however often the engine reports it", () => {
  expect(read([violation(), violation(), violation({ enforcementLevel: "advisory" })]).findings).toEqual([
    {
      ...{ policy: "cluster-api-server", level: "mandatory", severity: "high", urn: cluster },
      message: "A cluster's API server is not open to the whole internet\nFix: name ranges",
    },
    expect.objectContaining({ level: "advisory" }),
  ]);
});

it("counts a resource of any version by its actual type, whichever type the engine reports first", () => {
  const urn = "urn:pulumi:dev::tarmac::tarmac:azure:Registry$azure-native:resources:Resource::hello";
  const inputs = { resourceProviderNamespace: "Microsoft.ContainerRegistry", resourceType: "registries" };
  const step = event({
    resourcePreEvent: { metadata: { urn, type: "azure-native:resources:Resource", new: { inputs } } },
  });
  expect(read([summary(urn, ["registry-no-admin-user", "required-tags", "image-exact"]), step])).toMatchObject({
    passed: 2,
    undecided: [{ policy: "registry-no-anonymous-pull", urn }],
  });
  const reason = "an old build server";
  const exceptions = {
    "registry-no-anonymous-pull": [{ resource: "azure-native:containerregistry:Registry::hello", reason }],
  };
  expect(read([summary(urn, ["registry-no-admin-user", "required-tags"]), step], exceptions)).toMatchObject({
    ...{ passed: 2, undecided: [] },
    excepted: [{ policy: "registry-no-anonymous-pull", urn, reason }],
  });
});

it("counts passed resources only for the policies that apply to them", () => {
  const everything = [...clusterRules, "image-exact", "registry-no-admin-user"];
  expect(read([summary(cluster, everything), summary(service, everything)])).toEqual({
    ...{ findings: [], undecided: [], excepted: [], errors: [] },
    passed: clusterRules.length,
  });
});

it("distinguishes undecided from excepted resources", () => {
  const exceptions = {
    "cluster-api-server": [{ resource: "aks", reason: "for one machine only" }],
    "required-tags": [{ resource: "aks", reason: "it has ended by now", until: "2020-01-01" }],
  };
  expect(read([summary(cluster, ["cluster-upgrades"], ["cluster-no-local-accounts"])], exceptions)).toMatchObject({
    undecided: [{ policy: "required-tags", urn: cluster }],
    excepted: [{ policy: "cluster-api-server", urn: cluster, reason: "for one machine only" }],
    passed: 1,
  });
});

it("reports a policy about the stack as undecided", () => {
  expect(read([event({ policyAnalyzeStackSummaryEvent: {} })]).undecided).toEqual([
    { policy: "pull-grant", urn: undefined },
    { policy: "cluster-admins", urn: undefined },
  ]);
  expect(read([event({ policyAnalyzeStackSummaryEvent: { passed: ["pull-grant", "cluster-admins"] } })])).toMatchObject(
    {
      undecided: [],
      passed: 2,
    },
  );
});

it("keeps errors that do not come from a policy", () => {
  const error = (message: string) => event({ diagnosticEvent: { severity: "error", message, prefix: "", color: "" } });
  expect(read([error("preview failed\n"), error("the program broke\n")]).errors).toEqual(["the program broke"]);
});

it("claims no counts that Pulumi did not report", () => {
  expect(toText(read([violation({ enforcementLevel: "mandatory" })]))).toMatch(
    /\n1 mandatory, 0 advisory, and nothing else is known: only a preview counts .*\n$/,
  );
});

it("shows what stops an update first, and every count", () => {
  const found = read(
    [
      violation({ enforcementLevel: "advisory" }),
      violation({ policyName: "required-tags", severity: "low" }),
      summary(cluster, ["cluster-upgrades"], ["cluster-api-server", "required-tags"]),
    ],
    {
      "cluster-no-local-accounts": [{ resource: "*", reason: "nobody signs in" }],
    },
  );
  expect(toText(found)).toBe(`mandatory  required-tags  aks (azure-native:containerservice:ManagedCluster)
    A cluster's API server is not open to the whole internet
    Fix: name ranges

advisory   cluster-api-server  aks (azure-native:containerservice:ManagedCluster)
    A cluster's API server is not open to the whole internet
    Fix: name ranges

excepted   cluster-no-local-accounts  aks (azure-native:containerservice:ManagedCluster)
    nobody signs in

1 mandatory, 1 advisory, 0 undecided, 1 excepted, 1 held
`);
});
