import type { Observation } from "../../../../ops/doctor/observation.ts";
import { CannotLook, NothingDeployed } from "../../../../ops/doctor/target.ts";
import type { UpdateState } from "../../../../ops/rollout/updateState.ts";
import { watchRollout } from "../../../../ops/rollout/watchRollout.ts";
import { crashing, refused, serving, together, withoutImage, withoutSecret } from "./rollouts.ts";

type At<T> = (seconds: number) => T;

const kubeconfig = "the cluster's";
const idle: UpdateState = { kubeconfig, deployments: ["shop/web"], inProgress: [] };
const updating: UpdateState = { ...idle, inProgress: ["shop/web"] };
const nothing: UpdateState = { kubeconfig, deployments: [], inProgress: [] };

/** Watches for at most 60 s of a fake clock. */
async function watch(look: At<Observation>, state: At<UpdateState> = () => idle) {
  const said: string[] = [];
  const over = new AbortController();
  let [now, statesRead] = [0, 0];
  const obstacle = await watchRollout(
    {
      state: () => {
        statesRead++;
        return Promise.resolve().then(() => state(now));
      },
      look: () => Promise.resolve().then(() => look(now)),
      say: (line) => void said.push(`${now} s: ${line}`),
      now: () => now * 1000,
      pause: (milliseconds) => {
        now += milliseconds / 1000;
        if (now >= 60) over.abort();
        return Promise.resolve();
      },
    },
    over.signal,
  );
  return { code: obstacle?.finding.code, seconds: now, said, statesRead };
}

const before = serving(1);
/** The update reaches the Deployment after 6 s. */
const then = (broken: Partial<Observation>) => (seconds: number) =>
  seconds < 6 ? together(before) : together(before, broken);

describe("a new revision", () => {
  it("that lacks a Secret ends the watch after 5 s", async () => {
    expect(await watch(then(withoutSecret(2)))).toEqual({
      code: "secret-missing",
      seconds: 12,
      said: [
        '6 s: doctor: secret-missing: The Secret "login" does not exist in namespace "shop" (pod/web-2-a): ' +
          'container "main" of pod/web-2-a waits: CreateContainerConfigError: secret "login" not found',
      ],
      statesRead: 1,
    });
  });

  it("that lacks a Secret for a moment continues", async () => {
    const look: At<Observation> = (seconds) =>
      seconds < 6 ? together(before) : seconds < 10 ? together(before, withoutSecret(2)) : together(serving(2));
    expect(await watch(look)).toMatchObject({ code: undefined, said: [expect.stringContaining("secret-missing")] });
  });

  it("whose image is not found ends the watch at the second failed pull", async () => {
    const look: At<Observation> = (seconds) =>
      seconds < 6 ? together(before) : together(before, withoutImage(2, seconds < 18 ? 1 : 2));
    const { code, seconds, said } = await watch(look);
    expect({ code, seconds, lines: said.length }).toEqual({ code: "tag-not-found", seconds: 18, lines: 1 });
    expect(said[0]).toMatch(/^6 s: doctor: tag-not-found: /);
  });

  it("that exits with an error ends the watch at its third exit", async () => {
    const look: At<Observation> = (seconds) =>
      together(before, crashing(2, seconds < 10 ? 1 : seconds < 20 ? 2 : 3, seconds > 6 && seconds < 10));
    expect(await watch(look, () => nothing)).toMatchObject({ code: undefined, said: [] });
    expect(await watch((seconds) => (seconds < 2 ? together(before) : look(seconds)))).toMatchObject({
      code: "application-error",
      seconds: 20,
    });
  });

  it("that runs again after three exits may succeed", async () => {
    expect(await watch(then(crashing(2, 4, true)))).toMatchObject({ code: undefined, seconds: 60 });
  });

  it("whose pods are refused ends the watch", async () => {
    expect(await watch(then(refused(2)))).toMatchObject({ code: "pod-security-refused", seconds: 12 });
  });

  it("of a Deployment of another stack is ignored", async () => {
    const other: UpdateState = { ...idle, deployments: ["shop/other"] };
    expect(await watch(then(withoutSecret(2)), () => other)).toMatchObject({ code: undefined, said: [] });
  });
});

describe("the first update", () => {
  it("covers everything in its namespace, from the moment Pulumi creates the Deployment", async () => {
    const state: At<UpdateState> = (seconds) => (seconds < 8 ? { deployments: [], inProgress: [] } : updating);
    const look: At<Observation> = (seconds) => {
      if (seconds < 10) throw new NothingDeployed('there is no namespace "shop"');
      return together(withoutSecret(1));
    };
    const { code, seconds, said } = await watch(look, state);
    expect({ code, seconds, lines: said.length }).toEqual({ code: "secret-missing", seconds: 16, lines: 1 });
  });
});

describe("a revision that already failed before the update", () => {
  const broken = together(before, withoutSecret(2));

  it("does not end the update that replaces it", async () => {
    const look: At<Observation> = (seconds) =>
      seconds < 30 ? broken : together(before, { ...withoutSecret(2), pods: [] }, serving(3));
    expect(await watch(look)).toMatchObject({ code: undefined, said: [] });
  });

  it("ends an update that keeps it and waits for it", async () => {
    const { code, seconds, said } = await watch(
      () => broken,
      (now) => (now < 20 ? idle : updating),
    );
    expect({ code, seconds, lines: said.length }).toEqual({ code: "secret-missing", seconds: 30, lines: 1 });
  });

  it("does not count in the seconds between the operation's start and the new revision", async () => {
    const look: At<Observation> = (seconds) => (seconds < 23 ? broken : together(before, serving(3)));
    expect(await watch(look, (now) => (now < 20 ? idle : updating))).toMatchObject({ code: undefined, said: [] });
  });
});

describe("a watch that cannot read", () => {
  it("says so once and continues", async () => {
    const look: At<Observation> = (seconds) => {
      if (seconds < 20) throw new CannotLook("the cluster does not answer");
      return seconds < 22 ? together(before) : together(before, withoutSecret(2));
    };
    const { code, said } = await watch(look);
    expect(code).toBe("secret-missing");
    expect(said[0]).toBe("0 s: doctor: cannot watch the rollout: the cluster does not answer");
    expect(said).toHaveLength(2);
  });

  it("continues if the state cannot be read at the moment", async () => {
    const state: At<UpdateState> = (seconds) => {
      if (seconds < 8) throw new Error("no stack named dev");
      return idle;
    };
    const look: At<Observation> = (seconds) => (seconds < 16 ? together(before) : together(before, withoutSecret(2)));
    expect(await watch(look, state)).toMatchObject({ code: "secret-missing" });
  });
});
