import type * as pulumi from "@pulumi/pulumi";

/** Returns the resources that exist, for `dependsOn`. */
export const given = (...resources: (pulumi.Resource | undefined)[]): pulumi.Resource[] =>
  resources.filter((resource) => resource !== undefined);
