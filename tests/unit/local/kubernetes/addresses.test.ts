import fc from "fast-check";
import { addressChanges, isOurs, type ServiceState } from "../../../../local/kubernetes/addresses.ts";

function service(name: string, over: Partial<ServiceState> = {}): ServiceState {
  return {
    namespace: "n",
    name,
    type: "LoadBalancer",
    loadBalancerClass: undefined,
    wanted: undefined,
    present: [],
    deleting: false,
    forwarding: true,
    healthy: true,
    ...over,
  };
}

it.each([
  ["127.44.0.1", true],
  ["127.44.0.254", true],
  ["127.44.0.0", false],
  ["127.44.0.255", false],
  ["127.44.0.01", false],
  ["127.44.1.1", false],
  ["203.0.113.9", false],
])("isOurs(%s): %s", (address, expected) => expect(isOurs(address)).toBe(expected));

describe("addressChanges", () => {
  it("assigns the lowest free addresses and keeps settled Services", () => {
    const services = [service("a", { present: ["127.44.0.1"] }), service("b"), service("c")];
    expect(addressChanges(services)).toEqual([
      { namespace: "n", name: "b", address: "127.44.0.2", forwarding: true },
      { namespace: "n", name: "c", address: "127.44.0.3", forwarding: true },
    ]);
  });

  it("assigns the address that a Service requests if it is ours and free", () => {
    const services = [service("a", { wanted: "127.44.0.9" }), service("b", { wanted: "127.44.0.9" })];
    expect(addressChanges(services).map(({ address }) => address)).toEqual(["127.44.0.9", "127.44.0.1"]);
    expect(addressChanges([service("c", { wanted: "203.0.113.9" })])[0]?.address).toBe("127.44.0.1");
  });

  it("moves a Service that later requests another address", () => {
    expect(addressChanges([service("a", { present: ["127.44.0.1"], wanted: "127.44.0.7" })])[0]?.address).toBe(
      "127.44.0.7",
    );
  });

  it("releases the address when the type changes, and keeps other controllers' addresses", () => {
    expect(addressChanges([service("a", { type: "ClusterIP", present: ["127.44.0.1"] })])).toEqual([
      { namespace: "n", name: "a", address: undefined, forwarding: false },
    ]);
    expect(addressChanges([service("a", { type: "ClusterIP", present: ["203.0.113.9"] })])).toEqual([]);
    expect(addressChanges([service("a", { loadBalancerClass: "example.com/other" })])).toEqual([]);
  });

  it("repairs two Services that have the same address", () => {
    const services = [service("a", { present: ["127.44.0.1"] }), service("b", { present: ["127.44.0.1"] })];
    expect(addressChanges(services)).toEqual([{ namespace: "n", name: "b", address: "127.44.0.2", forwarding: true }]);
  });

  it("does not reassign an address while another Service still has it", () => {
    const mover = service("a", { present: ["127.44.0.1"], wanted: "127.44.0.7" });
    for (const deleting of [true, false]) {
      const other = service("b", { present: ["127.44.0.1"], deleting });
      expect(addressChanges([mover, service("c"), other])).toEqual([
        { namespace: "n", name: "a", address: "127.44.0.7", forwarding: true },
        { namespace: "n", name: "c", address: "127.44.0.2", forwarding: true },
      ]);
    }
  });

  it("forwards an address only while the health probes succeed", () => {
    const settled = { present: ["127.44.0.1"] };
    const change = (forwarding: boolean, healthy: boolean) =>
      addressChanges([service("a", { ...settled, forwarding, healthy })]);
    expect(change(true, true)).toEqual([]);
    expect(change(false, false)).toEqual([]);
    expect(change(true, false)).toEqual([{ namespace: "n", name: "a", address: "127.44.0.1", forwarding: false }]);
    expect(change(false, true)).toEqual([{ namespace: "n", name: "a", address: "127.44.0.1", forwarding: true }]);
    // A new Service has an address at once, as on Azure, and it answers once the first probe has.
    expect(addressChanges([service("a", { forwarding: false, healthy: false })])).toEqual([
      { namespace: "n", name: "a", address: "127.44.0.1", forwarding: false },
    ]);
  });

  it("assigns no address to a Service that is being deleted", () => {
    expect(addressChanges([service("a", { deleting: true })])).toEqual([]);
  });

  it("leaves a Service without an address if all are taken", () => {
    const all = Array.from({ length: 254 }, (_, index) => service(`s${index}`, { present: [`127.44.0.${index + 1}`] }));
    expect(addressChanges([...all, service("late")])).toEqual([]);
  });

  it("is stable after one pass, with each address assigned once", () => {
    const address = fc.integer({ min: 0, max: 6 }).map((number) => `127.44.0.${number}`);
    const anyService = fc.record({
      type: fc.constantFrom("LoadBalancer", "ClusterIP"),
      loadBalancerClass: fc.constantFrom(undefined, "example.com/other"),
      wanted: fc.option(address, { nil: undefined }),
      present: fc.array(address, { maxLength: 2 }),
      deleting: fc.boolean(),
      forwarding: fc.boolean(),
      healthy: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyService, { maxLength: 12 }), (generated) => {
        const before = generated.map((over, index) => service(`s${index}`, over));
        const changes = addressChanges(before);
        const after = before.map((state) => {
          const change = changes.find(({ name }) => name === state.name);
          if (change === undefined) return state;
          const { address, forwarding } = change;
          return { ...state, present: address === undefined ? [] : [address], forwarding };
        });
        const given = changes.flatMap(({ address }) => address ?? []);
        expect(new Set(given).size).toBe(given.length);
        const live = after.filter(
          ({ type, loadBalancerClass, deleting }) =>
            type === "LoadBalancer" && loadBalancerClass === undefined && !deleting,
        );
        for (const { present } of live) expect(present.filter(isOurs)).toHaveLength(1);
        expect(addressChanges(after)).toEqual([]);
      }),
    );
  });
});
