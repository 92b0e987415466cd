/** A client of the simulated Azure's control API for tests and benchmarks. It signs in as the stack's deployer. */
import type { Delays } from "../azure/faults.ts";
import { options, signIn } from "./deployerSignIn.ts";

/**
 * @param path below `/simulation/`
 * @returns the parsed answer; undefined for an empty answer
 * @throws Error with the answer, when the API refuses the request
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

/** Sets the delays for all clients on this machine. Delays that are not named are 0. */
export async function setDelays(delays: Partial<Delays>): Promise<void> {
  await simulation("PUT", "delays", delays);
}
