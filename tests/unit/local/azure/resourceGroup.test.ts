import { clients, type Clients, type Environment, simulation, startEnvironment } from "./testAzure.ts";

let environment: Environment;
let azure: Clients;

beforeAll(async () => {
  environment = await startEnvironment();
  azure = clients(environment.azure);
});
afterAll(() => environment.stop());

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("resource groups, through @azure/arm-resources", () => {
  it("creates, reads, changes tags, lists by tag and deletes", async () => {
    const created = await azure.resources.resourceGroups.createOrUpdate("rg-one", {
      location: "Sweden Central",
      tags: { stack: "one" },
    });
    expect(created).toMatchObject({
      id: `/subscriptions/${environment.azure.deployer.subscriptionId}/resourceGroups/rg-one`,
      name: "rg-one",
      type: "Microsoft.Resources/resourceGroups",
      location: "swedencentral",
      tags: { stack: "one" },
      properties: { provisioningState: "Succeeded" },
    });
    await azure.resources.resourceGroups.createOrUpdate("rg-two", { location: "swedencentral" });

    expect(await azure.resources.resourceGroups.get("RG-ONE")).toMatchObject({ name: "rg-one" });
    await expect(azure.resources.resourceGroups.checkExistence("rg-one")).resolves.toMatchObject({ body: true });
    const updated = await azure.resources.resourceGroups.update("rg-one", { tags: { stack: "changed" } });
    expect(updated).toMatchObject({ location: "swedencentral", tags: { stack: "changed" } });

    const tagged = await collect(
      azure.resources.resourceGroups.list({ filter: "tagName eq 'stack' and tagValue eq 'changed'" }),
    );
    expect(tagged.map(({ name }) => name)).toEqual(["rg-one"]);

    await azure.resources.resourceGroups.delete("rg-one");
    await azure.resources.resourceGroups.delete("rg-two");
    await expect(azure.resources.resourceGroups.get("rg-one")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceGroupNotFound",
      message: expect.stringContaining("Resource group 'rg-one' could not be found.") as string,
    });
    expect(await simulation(environment.azure, "GET", "inventory")).toMatchObject({
      resources: [],
      operationsInProgress: [],
    });
  });
});
