/** How long the simulated Azure takes for what Azure takes minutes for. */
import { options, signIn } from "../../local/stack/azureSignIn.ts";

export interface Delays {
  registrySeconds?: number;
  grantPropagationSeconds?: number;
  clusterSeconds?: number;
}

/** From now on, for everybody on this machine; without any, none. */
export async function setDelays(delays: Delays): Promise<void> {
  const { credential } = signIn();
  const { token } = await credential.getToken(options.credentials.scopes);
  const answer = await fetch(`${options.endpoint}/simulation/delays`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(delays),
  });
  if (!answer.ok) throw new Error(`the simulation answers ${answer.status}: ${await answer.text()}`);
}
