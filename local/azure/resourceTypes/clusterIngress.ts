/** A cluster's `ingressProfile` and what AKS refuses in it, and the properties that each API version has. */
import { ArmError } from "../armErrors.ts";
import type { Ingress } from "../applicationRouting.ts";
import { asObject, givenOnly, type JsonObject } from "../jsonValues.ts";

/** The first version that was seen to have the managed Gateway API and `hostedSystemProfile`. */
const firstVersion = "2026-03-01";
const knows = (apiVersion: string) => apiVersion.slice(0, firstVersion.length) >= firstVersion;

/** @param given fields that came with the first version @throws 400 with AKS's message when an older version has one */
export function refuseUnknown(apiVersion: string, given: JsonObject): void {
  const unknown = Object.entries(given).find(([, value]) => value !== undefined);
  if (unknown === undefined || knows(apiVersion)) return;
  throw new ArmError(400, "UnmarshalError", `UnmarshalEntity encountered error: json: unknown field "${unknown[0]}".`);
}

const profileOf = (properties: JsonObject | undefined) => asObject(properties?.ingressProfile) ?? {};
const routingOf = (properties: JsonObject | undefined) => asObject(profileOf(properties).webAppRouting) ?? {};
const implementationOf = (properties: JsonObject | undefined) =>
  asObject(asObject(routingOf(properties).gatewayAPIImplementations)?.appRoutingIstio);

/** @throws 400 with AKS's message */
export function checkIngress(apiVersion: string, asked: JsonObject): void {
  const { gatewayAPI } = profileOf(asked);
  const { gatewayAPIImplementations } = routingOf(asked);
  refuseUnknown(apiVersion, { gatewayAPI, gatewayAPIImplementations });
  const installation = asObject(gatewayAPI)?.installation;
  requireOneOf("ingressProfile.gatewayAPI.installation", installation, ["Standard", "Disabled"]);
  const mode = implementationOf(asked)?.mode;
  requireOneOf("ingressProfile.webAppRouting.gatewayAPIImplementations.appRoutingIstio.mode", mode, [
    "Enabled",
    "Disabled",
  ]);
  if (mode === "Enabled" && asObject(asked.serviceMeshProfile)?.mode === "Istio") {
    throw new ArmError(
      400,
      "BadRequest",
      "App Routing gateway mode with Istio cannot be enabled simultaneously with the Istio Service Mesh add-on. " +
        "Please either enable the Service Mesh add-on OR Istio mode for app routing.",
    );
  }
}

function requireOneOf(path: string, value: unknown, allowed: readonly string[]): void {
  if (value === undefined || (typeof value === "string" && allowed.includes(value))) return;
  throw new ArmError(
    400,
    "InvalidParameter",
    `The value of parameter ${path} is invalid: ${JSON.stringify(value)}. Allowed values: ${allowed.join(", ")}.`,
    { target: path },
  );
}

/** The parts that AKS installs on a cluster with these properties. */
export const ingressOf = (properties: JsonObject): Ingress => ({
  gatewayApi: asObject(profileOf(properties).gatewayAPI)?.installation === "Standard",
  applicationRouting: implementationOf(properties)?.mode === "Enabled",
});

/** The properties that an API version has. */
export function shownIn(apiVersion: string, properties: JsonObject): JsonObject {
  if (knows(apiVersion)) return properties;
  const routing = givenOnly({ ...routingOf(properties), gatewayAPIImplementations: undefined });
  const webAppRouting = Object.keys(routing).length > 0 ? routing : undefined;
  const shown = givenOnly({ ...profileOf(properties), gatewayAPI: undefined, webAppRouting });
  const ingressProfile = Object.keys(shown).length > 0 ? shown : undefined;
  return givenOnly({ ...properties, hostedSystemProfile: undefined, ingressProfile });
}
