/** General settings of a stack: its name, region and owner. */
import { dailyTimeProblem, timeZoneProblem } from "@tarmac/validate/dailyTime";
import { locationProblem } from "@tarmac/validate/azureRegions";
import { appNameProblem } from "@tarmac/validate/kubernetesNames";
import { expiryProblem, tagsProblem, tagValueProblem } from "@tarmac/validate/tags";
import { allowing, eachProblem } from "@tarmac/validate/valueCheck";
import { metadataSecretProblem, nameSecretProblem } from "./plainSecrets.ts";
import { flag, list, map, optionalText, text } from "@tarmac/validate/settingDeclaration";

/** Kinds that are safe to restore: restoring them deletes nothing and restarts no pod. */
const harmlessKinds: readonly string[] = [
  "kubernetes:policy/v1:PodDisruptionBudget",
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  "azure-native:authorization:RoleAssignment",
];

const autoPutBackProblem = allowing("harmless kinds, see docs/drift.md", (kinds: string[]) =>
  kinds
    .filter((kind) => !harmlessKinds.includes(kind))
    .map((kind) => `"${kind}" cannot be put back automatically: use some of ${harmlessKinds.join(", ")}`),
);

export const generalSettings = {
  appName: text({
    default: "hello",
    description: "Name of the service; all other names derive from it.",
    problem: appNameProblem,
  }),
  location: text<string>({
    default: "",
    emptyIsUnset: true,
    description: "Azure region, e.g. swedencentral. Required for everything that the stack creates in Azure.",
    problem: locationProblem,
  }),
  owner: optionalText({
    description: "Who is responsible for this environment; a tag on every Azure resource.",
    problem: (owner) => nameSecretProblem(owner) ?? tagValueProblem("the value", owner),
  }),
  tags: map<string>({
    default: {},
    description: 'Additional tags on every Azure resource, e.g. {"cost-center": "4711"}.',
    problem: (tags) => {
      const problems = tagsProblem(tags);
      return problems.length > 0
        ? problems
        : eachProblem(Object.entries(tags), ([name, value]) => metadataSecretProblem(name, value));
    },
  }),
  expires: optionalText({
    description:
      "Time from which this environment may be deleted, e.g. 2026-12-24T18:00:00Z; a tag on the resource group.",
    problem: expiryProblem,
  }),
  sleepAt: optionalText({
    description:
      "When the stack's cluster is stopped to save nodes, if a workflow runs the schedule; docs/sandboxes.md.",
    problem: dailyTimeProblem,
  }),
  wakeAt: optionalText({
    description: "When it is started again; without this, somebody has to wake it.",
    problem: dailyTimeProblem,
  }),
  sleepTimeZone: text({
    default: "UTC",
    description: "Time zone of sleepAt and wakeAt.",
    problem: timeZoneProblem,
  }),
  autoPutBack: list({
    default: [],
    description:
      "Kinds of resources that the workflow drift puts back automatically after somebody changed them outside of Pulumi; docs/drift.md.",
    problem: autoPutBackProblem,
  }),
  protect: flag({
    default: false,
    description: "Refuse to delete the cluster, the registry, and the namespace until this is set to false.",
  }),
};
