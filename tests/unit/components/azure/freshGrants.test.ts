import * as pulumi from "@pulumi/pulumi";
import type { RoleAssignment } from "@pulumi/azure-native/authorization/index.js";
import { millisecondsToAge, onceGranted } from "../../../../components/azure/freshGrants.ts";
import { mockCloud, valueOf } from "../../pulumiMocks.ts";

const now = Date.parse("2026-11-23T06:00:00Z");
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

test.each([
  ["of the latest one", [ago(3600), ago(10), ago(25)], 20_000],
  ["that are old enough: none", [ago(3600), ago(30)], 0],
  ["with a clock ahead of this one: at most the age itself", [ago(-300)], 30_000],
  ["with unknown times: none", [undefined, "never"], 0],
  ["if there are none: none", [], 0],
])("the remaining wait for grants %s", (_, createdOn, milliseconds) => {
  expect(millisecondsToAge(createdOn, 30, now)).toBe(milliseconds);
});

const grantOf = (createdOn: pulumi.Output<string>) => ({ createdOn }) as RoleAssignment;

/** The output and the milliseconds that it took. */
async function waited(preview: boolean, createdOn: string, seconds: number): Promise<{ value: unknown; took: number }> {
  await mockCloud({ preview });
  const since = performance.now();
  const value = await valueOf(onceGranted(pulumi.output("id"), [grantOf(pulumi.output(createdOn))], seconds));
  return { value, took: performance.now() - since };
}

test("in an update, the output is available once the grant is old enough", async () => {
  const { value, took } = await waited(false, new Date().toISOString(), 0.5);
  expect(value).toBe("id");
  expect(took).toBeGreaterThan(400);
});

test.each([
  ["an update with an old grant", false, ago(3600), 600],
  ["an update without a waiting time", false, new Date().toISOString(), 0],
  ["a preview", true, new Date().toISOString(), 600],
])("%s has the output immediately", async (_, preview, createdOn, seconds) => {
  const { value, took } = await waited(preview, createdOn, seconds);
  expect(value).toBe("id");
  expect(took).toBeLessThan(2000);
});
