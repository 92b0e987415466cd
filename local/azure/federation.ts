/**
 * Signing in without a secret: with a token of somebody whom an identity trusts, such as a workflow's of GitHub. Of such issuers
 * there is one here, which says what it is asked to say (`POST /simulation/workflowTokens`); Entra asks others for their keys over
 * the network, and this service asks nobody.
 *
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
import { decodeJwt } from "jose";
import type { Cloud } from "./cloud.ts";
import { asString, type JsonObject } from "./jsonValues.ts";
import { identityType } from "./resourceTypes/userAssignedIdentity.ts";
import { credentialsOf } from "./resourceTypes/federatedIdentityCredential.ts";

/** `client_assertion_type` of a token that stands in for a secret. */
export const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** `iss` of the workflows' tokens. */
const workflowIssuer = (cloud: Cloud) => `${cloud.endpoint}/simulation/workflows`;

const workflowTokenSeconds = 300;

/** A token as a workflow's run has it. */
export const workflowToken = (cloud: Cloud, subject: string, audience: string): Promise<string> =>
  cloud.tokens.issue({ sub: subject }, workflowIssuer(cloud), audience, workflowTokenSeconds);

/** Why a token is not taken: Entra's error. */
interface Refusal {
  code: number;
  text: string;
}

/** Whether an identity is signed in with this token; if not, why. */
export async function refusalOf(cloud: Cloud, clientId: string, assertion: string): Promise<Refusal | undefined> {
  const claims = claimsOf(assertion);
  if (claims === undefined) return { code: 50027, text: "JWT token is invalid or malformed." };
  const identity = cloud.inventory
    .ofType(identityType)
    .find(({ resource }) => asString(resource.properties.clientId)?.toLowerCase() === clientId.toLowerCase());
  const trusted = identity === undefined ? [] : credentialsOf(cloud, identity.resource.id);
  const [issuer, subject] = [asString(claims.iss) ?? "", asString(claims.sub) ?? ""];
  if (trusted.length === 0) {
    return {
      code: 70025,
      text: `The client '${clientId}'(${identity?.resource.name ?? ""}) has no configured federated identity credentials.`,
    };
  }
  const said = `presented assertion issuer '${issuer}', subject '${subject}', audience '${String(claims.aud)}'`;
  const noMatch = (code: number, what: string): Refusal => ({
    code,
    text: `No matching federated identity record found for ${said}: the ${what} is not trusted.`,
  });
  const ofIssuer = trusted.filter(({ properties }) => properties.issuer === issuer);
  if (ofIssuer.length === 0) return noMatch(700211, "issuer");
  // An issuer and subject are trusted by one credential at most.
  const match = ofIssuer.find(({ properties }) => properties.subject === subject);
  if (match === undefined) return noMatch(700213, "subject");
  if (!(match.properties.audiences as string[]).includes(asString(claims.aud) ?? ""))
    return noMatch(700212, "audience");
  const signed =
    issuer === workflowIssuer(cloud) &&
    (await cloud.tokens.verify(assertion, issuer).then(
      () => true,
      () => false,
    ));
  return signed ? undefined : { code: 50013, text: "Assertion failed signature validation." };
}

function claimsOf(assertion: string): JsonObject | undefined {
  try {
    return decodeJwt(assertion);
  } catch {
    return undefined;
  }
}
