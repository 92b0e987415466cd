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
  title: "Azure resources have the tags that name their owner",
  reason: "nobody pays for, fixes, or deletes a resource without an owner",
  fix: "add the tags to the resource, or to all resources at once with a transform",
  reference: "https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-tagging",
  azurePolicy: "Require a tag on resources",
  severity: "low",
  level: "advisory",
  settings: {
    tags: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: ["owner", "stack"],
      description: "Names of the tags that a resource must have, with non-empty values.",
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
