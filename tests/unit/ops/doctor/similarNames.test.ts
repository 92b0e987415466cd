/** Which existing names count as the one that was meant: a fix uses it. */
import { closeEnough, closeOrOnly, nearest } from "../../../../ops/doctor/nearest.ts";

it.each([
  ["vault", "vaults"],
  ["appi", "api"],
  ["dbs", "db"],
  ["settings.json", "setings.json"],
  ["app-confgi", "app-config"],
  ["db_host", "DB_HOST"],
  ["appconfig", "app-config"],
])("%s is %s", (wanted, name) => expect(closeEnough(wanted, [name])).toBe(name));

it.each([
  ["db", "web"],
  ["api", "web"],
  ["DB_HOST", "DB_PORT"],
  ["app-config", "app-secret"],
  ["a", "b"],
  ["orders", "users"],
])("%s is not %s", (wanted, name) => expect(closeEnough(wanted, [name])).toBeUndefined());

it("a single name counts if nothing else can be meant", () => {
  expect(closeOrOnly("api", ["web"])).toBe("web");
  expect(closeOrOnly("api", ["web", "db"])).toBeUndefined();
  expect(closeOrOnly("api", ["web", "apis"])).toBe("apis");
});

it("the most similar come first", () => expect(nearest("api", ["web", "app", "apis"], 2)).toEqual(["apis", "app"]));
