/** Resource names: `urn:pulumi:STACK::PROJECT::PARENT'S TYPE$TYPE::NAME`. */

/** The resource's own type, without its parents' types. */
export const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

/** Its name in the program, which may contain "::". */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** Without an API version that the program requested: `azure-native:network/v20240101:VirtualNetwork`. */
export const plainType = (type: string): string =>
  type.startsWith("azure-native:") ? type.replace(/\/v\d+(?:preview)?:/, ":") : type;

/**
 * The subject of a message, e.g. "hello (kubernetes:apps/v1:Deployment)"; `undefined` for the stack, or no resource at
 * all.
 */
export function titleOf(urn: string | undefined): string | undefined {
  const type = typeOf(urn ?? "");
  return urn === undefined || type === "" || type === "pulumi:pulumi:Stack"
    ? undefined
    : `${nameOf(urn)} (${plainType(type)})`;
}
