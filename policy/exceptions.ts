/**
 * Exceptions from a rule: for which resource, why, and until when. The pack's configuration lists them with their rule.
 */
import type { PolicyConfigSchema } from "@pulumi/policy";
import { ownType } from "./azure/anyVersion.ts";

export interface Exception {
  /**
   * Name of the resource, TYPE::NAME or the whole URN; "*" matches any text. TYPE is the one in the state, or the SDK's
   * own type without an API version.
   */
  resource: string;
  reason: string;
  /** Last day of the exception, "YYYY-MM-DD" (UTC). Without it, the exception never ends. */
  until?: string;
}

/** Pulumi validates it when it reads the configuration. */
export const exceptionsSchema: PolicyConfigSchema["properties"][string] = {
  type: "array",
  default: [],
  description: "Resources exempt from the rule, each with a reason and optionally the last day of the exemption.",
  items: {
    type: "object",
    properties: {
      resource: { type: "string", minLength: 1 },
      reason: { type: "string", minLength: 10 },
      until: { type: "string", pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$" },
    },
    required: ["resource", "reason"],
    additionalProperties: false,
  },
};

/**
 * Returns the first valid and the first expired exception for a resource.
 * @param today "YYYY-MM-DD"
 * @param own the SDK's type of the resource, which the URN of a generic resource does not contain
 */
export function exceptionsFor(
  exceptions: readonly Exception[],
  urn: string,
  today: string,
  own = ownType(split(urn).type, undefined),
): { holds?: Exception; expired?: Exception } {
  const named = exceptions.filter(({ resource }) => names(resource, urn, own));
  return {
    holds: named.find(({ until }) => until === undefined || until >= today),
    expired: named.find(({ until }) => until !== undefined && until < today),
  };
}

/** A URN is urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME. The name may contain "::". */
function split(urn: string) {
  const [stack = "", project = "", qualifiedType = "", ...rest] = urn.split("::");
  const start = qualifiedType.lastIndexOf("$") + 1;
  return {
    beforeType: `${stack}::${project}::${qualifiedType.slice(0, start)}`,
    type: qualifiedType.slice(start),
    name: rest.join("::"),
  };
}

/** A resource keeps its exceptions when the program starts to request another API version of it. */
function names(pattern: string, urn: string, own: string): boolean {
  const { beforeType, type, name } = split(urn);
  const typed = [...new Set([type, own])].map((one) => `${one}::${name}`);
  return [name, ...typed, ...typed.map((one) => beforeType + one)].some((text) => matches(pattern, text));
}

/** Returns whether a text matches a pattern with "*". */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

export const today = (): string => new Date().toISOString().slice(0, 10);
