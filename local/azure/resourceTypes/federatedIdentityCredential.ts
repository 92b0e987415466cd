/** `.../userAssignedIdentities/federatedIdentityCredentials`: the issuer and subject whose tokens sign in as the identity. */
import type { Cloud } from "../cloud.ts";
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asString } from "../jsonValues.ts";
import type { ResourceType } from "./resourceType.ts";
import { identityType } from "./userAssignedIdentity.ts";

const federatedCredentialType = `${identityType}/federatedIdentityCredentials`;
const most = 20;

export const federatedIdentityCredential: ResourceType = {
  type: federatedCredentialType,
  apiVersions: ["2022-01-31-preview", "2023-01-31", "2023-07-31-preview", "2024-11-30"],
  tracked: false,
  checkName: (name) =>
    /^[a-z0-9][\w-]{2,119}$/i.test(name)
      ? undefined
      : new ArmError(
          400,
          "InvalidResourceName",
          `The federated identity credential name '${name}' is invalid. It must be 3 to 120 characters of letters, digits, hyphens and underscores, and start with a letter or digit.`,
        ),
  put: ({ cloud, id, scope, body }) => {
    const { issuer, subject, audiences } = asObject(body.properties) ?? {};
    if (!/^https:\/\/\S+$/.test(asString(issuer) ?? ""))
      throw badRequest("The issuer must be an https address.", "issuer");
    const text = asString(subject) ?? "";
    if (text === "" || text.length > 600) throw badRequest("The subject must have 1 to 600 characters.", "subject");
    if (!Array.isArray(audiences) || audiences.length !== 1 || typeof audiences[0] !== "string")
      throw badRequest("Exactly one audience must be given.", "audiences");
    const others = credentialsOf(cloud, scope).filter((other) => other.id !== id);
    if (others.length >= most)
      throw badRequest(`Too many federated identity credentials: an identity can have at most ${most}.`);
    const twin = others.find(({ properties }) => properties.issuer === issuer && properties.subject === subject);
    if (twin !== undefined) {
      throw new ArmError(
        409,
        "Conflict",
        `Issuer and subject combination already exists for this Managed Identity, in '${twin.name}'.`,
      );
    }
    return { resource: { properties: { issuer, subject, audiences } } };
  },
};

/** The credentials of an identity. */
export const credentialsOf = (cloud: Cloud, identityId: string) =>
  cloud.inventory.within(identityId, federatedCredentialType).map(({ resource }) => resource);
