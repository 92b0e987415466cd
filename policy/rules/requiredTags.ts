import { taggable } from "../azure/taggable.ts";
import { azureType } from "../azure/azureTypes.ts";
import { judge } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { step } from "../propertyValues.ts";

interface Settings {
  tags: readonly string[];
}

export const requiredTags: ResourceRule<Settings> = {
  on: "resources",
  id: "required-tags",
  title: "Resources of Azure carry the tags that say whose they are",
  reason: "what nobody owns is neither paid for, mended nor deleted by anybody",
  mend: "add the tags to the resource, or to all of them at once by a transformation",
  reference: "https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-tagging",
  azurePolicy: "Require a tag on resources",
  severity: "low",
  level: "advisory",
  settings: {
    tags: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: ["owner", "stack"],
      description: "Names of the tags that a resource must have, with a value.",
    },
  },
  types: (type) => azureType(type) !== undefined,
  check: (resource, { tags }, type) => {
    const given = step(resource, "tags");
    const mustHaveTags = taggable.has(azureType(type) ?? "");
    return given.value === undefined && !mustHaveTags
      ? []
      : tags.flatMap((tag) =>
          judge(
            step(given, tag),
            (value) => typeof value === "string" && value !== "",
            (value) => (value === "" ? `the tag "${tag}" is empty` : `there is no tag "${tag}"`),
          ),
        );
  },
};
