import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clients, type Environment, eventually, raw, simulation, startEnvironment } from "./testAzure.ts";

let environment: Environment;
beforeAll(async () => {
  environment = await startEnvironment();
});
afterAll(() => environment.stop());

const file = (name: string) => join(environment.folder, "azure", name);

describe("state on disk", () => {
  it("has everything that was confirmed: resources, served registries, delays and the deployer", async () => {
    const { deployer } = environment.azure;
    const before = clients(environment.azure);
    await before.resources.resourceGroups.createOrUpdate("rg", { location: "swedencentral" });
    const registry = await before.registries.registries.create("rg", "lasting", {
      location: "swedencentral",
      sku: { name: "Basic" },
    });
    await simulation(environment.azure, "PUT", "delays", { clusterSeconds: 3 });

    await environment.restart();
    expect(environment.azure.deployer).toEqual(deployer);
    const after = clients(environment.azure);
    expect(await after.registries.registries.get("rg", "lasting")).toEqual(registry);
    expect(await simulation(environment.azure, "GET", "delays")).toMatchObject({ clusterSeconds: 3 });
    await eventually(async () => {
      expect((await fetch(`https://${registry.loginServer}/v2/`)).status).toBe(200);
    });
  });

  it("is written before the response, completely, and readable by its owner only", async () => {
    await clients(environment.azure).resources.resourceGroups.createOrUpdate("written", { location: "swedencentral" });
    expect(readFileSync(file("inventory.json"), "utf8")).toContain('"written"');
    expect(statSync(file("inventory.json")).mode & 0o777).toBe(0o600);
    expect(statSync(file("deployer.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(environment.folder, "azure")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("is renamed, not overwritten, if it is unreadable", async () => {
    await environment.azure.stop();
    writeFileSync(file("inventory.json"), '{"version": 1, "resources": {"/subscr');
    writeFileSync(file("deployer.json"), '{"tenantId": ');
    const said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    await environment.restart();
    expect(said).toHaveBeenCalledWith(expect.stringContaining("is unreadable; renamed it to"));
    said.mockRestore();
    expect(
      readdirSync(join(environment.folder, "azure")).some((name) => name.startsWith("inventory.json.unreadable-")),
    ).toBe(true);
    expect(await simulation(environment.azure, "GET", "inventory")).toMatchObject({ resources: [] });
    expect(existsSync(file("deployer.json"))).toBe(true);
  });

  it("does not include the service itself", async () => {
    await environment.azure.stop();
    await expect(raw(environment.azure, "/metadata/endpoints")).rejects.toThrow("fetch failed");
    await environment.restart();
  });
});
