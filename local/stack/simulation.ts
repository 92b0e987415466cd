/** The simulated Azure's control API, as tests and benchmarks ask it: in the name of the stack's deployer. */
import type { Delays } from "../azure/faults.ts";
import { options, signIn } from "./azureSignIn.ts";

/**
 * @param path below `/simulation/`
 * @returns what is answered, parsed; undefined for an empty answer
 * @throws Error with the answer, when it is a refusal
 */
export async function simulation(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<unknown> {
  const { token } = await signIn().credential.getToken(options.credentials.scopes);
  const answer = await fetch(`${options.endpoint}/simulation/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} /simulation/${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** From now on, for everybody on this machine; what is not named is not delayed. */
export async function setDelays(delays: Partial<Delays>): Promise<void> {
  await simulation("PUT", "delays", delays);
}
