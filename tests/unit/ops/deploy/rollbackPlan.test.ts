import type { DeployedService } from "../../../../ops/deploy/deployedServices.ts";
import { commitOf, type Facts, rollbackPlan, wayBack } from "../../../../ops/deploy/rollbackPlan.ts";

const image = (name: string, version: number) => `registry/${name}:${version}@sha256:${name}${version}`;
const good = (name: string, version: number, commit?: string) => ({
  ...{ image: image(name, version), ...(commit === undefined ? {} : { commit }) },
});

interface Of {
  runs: number | undefined;
  last?: number;
  before?: number;
  commit?: string;
}

/** Services by name, each with the versions of its image. */
function facts(all: Record<string, Of>): Facts {
  const services = Object.keys(all).map((name): DeployedService => ({ name, namespace: "shop", podLabels: {} }));
  const entries = Object.entries(all);
  return {
    services,
    running: new Map(
      entries.map(([name, { runs }]) => [`shop/${name}`, runs === undefined ? undefined : image(name, runs)]),
    ),
    good: new Map(
      entries.map(([name, { last, before, commit }]) => [
        `shop/${name}`,
        {
          ...(last === undefined ? {} : { last: good(name, last, commit) }),
          ...(before === undefined ? {} : { before: good(name, before) }),
        },
      ]),
    ),
  };
}

const returnsOf = (...args: Parameters<typeof rollbackPlan>) =>
  Object.fromEntries([...rollbackPlan(...args).returns].map(([name, to]) => [name, to.image]));

describe("with one service", () => {
  it("returns to the last good image from one that never passed", () => {
    const broken = facts({ hello: { runs: 3, last: 1, before: 2 } });
    expect(returnsOf("dev", broken)).toEqual({ hello: image("hello", 1) });
    expect(returnsOf("dev", facts({ hello: { runs: undefined, last: 1 } }))).toEqual({ hello: image("hello", 1) });
    expect(wayBack("dev", broken)).toBe("Roll back to the last good image: npx tarmac deploy dev --rollback");
  });

  it("returns to the previous good image if the last good one runs", () => {
    const runs = facts({ hello: { runs: 2, last: 2, before: 1 } });
    expect(returnsOf("dev", runs)).toEqual({ hello: image("hello", 1) });
    expect(wayBack("dev", runs)).toMatch(/^The image is the last good one, so a rollback would not help/);
  });

  it("has nothing to return to, and says so", () => {
    expect(() => rollbackPlan("dev", facts({ hello: { runs: 3 } }))).toThrow(
      'no image of "dev" has passed a smoke test yet, so there is no image to roll back to; deploy one: npx tarmac deploy dev',
    );
    expect(() => rollbackPlan("dev", facts({ hello: { runs: 1, last: 1 } }))).toThrow(
      `"dev" runs the only image that has passed a smoke test: ${image("hello", 1)}`,
    );
    expect(wayBack("dev", facts({ hello: { runs: 3 } }))).toBeUndefined();
  });
});

describe("with several services", () => {
  const oneBroken = facts({
    web: { runs: 2, last: 1, commit: "w" },
    api: { runs: 2, last: 2, before: 1, commit: "a" },
  });

  it("rolls back the one that did not pass, and keeps the other at its running image", () => {
    const plan = rollbackPlan("dev", oneBroken);
    expect([...plan.returns.keys()]).toEqual(["web"]);
    expect(plan.images).toEqual({ web: image("web", 1), api: image("api", 2) });
    expect(commitOf(plan)).toBe("w");
    expect(wayBack("dev", oneBroken)).toBe("Roll back to the last good image of web: npx tarmac deploy dev --rollback");
  });

  it("keeps one that has never passed, if another can roll back", () => {
    expect(returnsOf("dev", facts({ web: { runs: 2, last: 1 }, job: { runs: 1 } }))).toEqual({ web: image("web", 1) });
  });

  it("requires a name if all run their last good images", () => {
    const all = facts({ web: { runs: 2, last: 2, before: 1 }, api: { runs: 2, last: 2, before: 1 } });
    expect(() => rollbackPlan("dev", all)).toThrow(
      'every service of "dev" runs its last good image: name those to return to the previous image, e.g. ' +
        "npx tarmac deploy dev --rollback --service web; the services are web, api",
    );
    expect(rollbackPlan("dev", all, ["api"]).images).toEqual({ web: image("web", 2), api: image("api", 1) });
    expect(wayBack("dev", all)).toMatch(/^The images are the last good ones/);
  });

  it("rolls back only the named one, even if another did not pass", () => {
    expect(returnsOf("dev", oneBroken, ["api"])).toEqual({ api: image("api", 1) });
    expect(() => rollbackPlan("dev", oneBroken, ["wep"])).toThrow(
      '--service: "dev" has no service "wep"; its services are web, api',
    );
    expect(() => rollbackPlan("dev", facts({ web: { runs: 1, last: 1 }, api: { runs: 1, last: 1 } }), ["api"])).toThrow(
      '"api" of "dev" runs the only image',
    );
  });

  it("has no commit if the images passed with different ones", () => {
    const broken = facts({ web: { runs: 2, last: 1, commit: "w" }, api: { runs: 2, last: 1, commit: "a" } });
    expect(commitOf(rollbackPlan("dev", broken))).toBeUndefined();
  });

  it("says that none has passed, if that is so", () => {
    expect(() => rollbackPlan("dev", facts({ web: { runs: 1 }, api: { runs: 1 } }))).toThrow(
      'no image of "web" of "dev" has passed a smoke test yet',
    );
  });

  it("leaves out a service whose image is unknown", () => {
    expect(rollbackPlan("dev", facts({ web: { runs: 2, last: 1 }, job: { runs: undefined } })).images).toEqual({
      web: image("web", 1),
    });
  });
});
