import type Docker from "dockerode";
import { Containers } from "../../../../../ops/checkImage/engine/checkContainers.ts";

/** An engine that records what it creates and removes. */
class FakeEngine {
  readonly made: { name?: string; Labels?: Record<string, string> }[] = [];
  readonly removed: string[] = [];
  listed: { Id: string; Labels: Record<string, string> }[] = [];
  /** Delays creation until it is called. */
  release: Promise<void> = Promise.resolve();

  async createContainer(options: { name?: string }) {
    await this.release;
    this.made.push(options);
    return this.getContainer(options.name ?? "");
  }
  getContainer(id: string) {
    return {
      remove: (options: unknown) => {
        expect(options).toEqual({ force: true, v: true });
        this.removed.push(id);
        return Promise.resolve();
      },
    };
  }
  listContainers(options: unknown) {
    expect(options).toEqual({ all: true, filters: { label: ["dev.tarmac.check-image.until"] } });
    return Promise.resolve(this.listed);
  }
}

const containersOf = (engine: FakeEngine) => new Containers(engine as unknown as Docker, 100);

it("names its containers, and says until when they are in use", async () => {
  const engine = new FakeEngine();
  await containersOf(engine).create({ Image: "hello" });
  expect(engine.made[0]?.name).toMatch(/^tarmac-check-[0-9a-f-]{12}$/);
  const until = Number(engine.made[0]?.Labels?.["dev.tarmac.check-image.until"]);
  expect(until - Date.now() / 1000).toBeGreaterThan(98);
  expect(until - Date.now() / 1000).toBeLessThan(102);
});

it("removes even a container that is being created while it closes, and creates no more", async () => {
  const engine = new FakeEngine();
  let release = () => {};
  engine.release = new Promise((resolve) => (release = resolve));
  const containers = containersOf(engine);
  const making = containers.create({ Image: "hello" });
  const closing = containers.close();
  release();
  await Promise.all([making, closing]);
  expect(engine.removed).toEqual(engine.made.map(({ name }) => name));
  expect(engine.removed).toHaveLength(1);
  await expect(containers.create({ Image: "hello" })).rejects.toThrow("the check is being ended");
});

it("removes what a killed check left, and nothing of a running one", async () => {
  const engine = new FakeEngine();
  const now = Math.floor(Date.now() / 1000);
  engine.listed = [
    { Id: "left", Labels: { "dev.tarmac.check-image.until": String(now - 1) } },
    { Id: "used", Labels: { "dev.tarmac.check-image.until": String(now + 60) } },
  ];
  await containersOf(engine).sweep();
  expect(engine.removed).toEqual(["left"]);
});
