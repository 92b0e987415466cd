/** The production watch of a stack's update: reads the state with Pulumi, and the cluster with the doctor. */
import { setTimeout as sleep } from "node:timers/promises";
import { observe } from "../doctor/observe.ts";
import { newSession, type Session } from "../doctor/session.ts";
import { type Place, placeDuringUpdate } from "../doctor/target.ts";
import type { Cli } from "../pulumi/pulumiCli.ts";
import type { State } from "../pulumi/stackState.ts";
import type { Obstacle } from "./outlook.ts";
import { readUpdateState } from "./updateState.ts";
import { watchRollout } from "./watchRollout.ts";

interface Lookout {
  place: Place;
  session: Session;
}

/**
 * Watches an update of the stack that runs at the same time, here or elsewhere. Read-only.
 * @param say called with a line for each cause, as soon as it is found
 * @returns the obstacle that waiting cannot remove; undefined if `signal` ended the watch
 */
export function watchStackRollout(
  cli: Cli,
  stack: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Obstacle | undefined> {
  const lookouts = new Map<string, Lookout>();
  const lookoutOn = async (kubeconfig: string, namespace: string): Promise<Lookout> => {
    const key = `${namespace} ${kubeconfig}`;
    const known = lookouts.get(key);
    if (known !== undefined) return known;
    const place = await placeDuringUpdate(kubeconfig, namespace, stack);
    const lookout = { place, session: newSession(place) };
    lookouts.set(key, lookout);
    return lookout;
  };
  return watchRollout(
    {
      // The kubeconfig is a secret in the state, and never leaves this process.
      state: async () =>
        readUpdateState(JSON.parse(await cli.run(["stack", "export", "--show-secrets", "--stack", stack])) as State),
      look: async (kubeconfig, namespace) => {
        const { place, session } = await lookoutOn(kubeconfig, namespace);
        return observe(place, session);
      },
      say,
      now: () => Date.now(),
      pause: (milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
    },
    signal,
  );
}
