/** Names of resources: `urn:pulumi:STACK::PROJECT::PARENT'S TYPE$TYPE::NAME`. */

/** The resource's own type, without those of its parents. */
export const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

/** Its name in the program, which may have "::" in it. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** Without the API version that a program may have asked for: `azure-native:network/v20240101:VirtualNetwork`. */
export const plainType = (type: string): string =>
  type.startsWith("azure-native:") ? type.replace(/\/v\d+(?:preview)?:/, ":") : type;

/** What a message is about, e.g. "hello (kubernetes:apps/v1:Deployment)"; `undefined`: the stack, or no resource at all. */
export function titleOf(urn: string | undefined): string | undefined {
  const type = typeOf(urn ?? "");
  return urn === undefined || type === "" || type === "pulumi:pulumi:Stack"
    ? undefined
    : `${nameOf(urn)} (${plainType(type)})`;
}
