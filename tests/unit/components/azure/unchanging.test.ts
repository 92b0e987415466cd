import * as pulumi from "@pulumi/pulumi";
import { unchanging } from "../../../../components/azure/unchanging.ts";
import { mockCloud, pending, unknown, valueOf } from "../../pulumiMocks.ts";

const lookUp = jest.fn(({ name }: { name: string }) => Promise.resolve(`id of ${name}`));
afterEach(() => lookUp.mockClear());

test("an update uses the resource's own output, and looks nothing up", async () => {
  await mockCloud();
  const own = unchanging(pulumi.output("own"), { name: pulumi.output("hello") }, lookUp);
  expect(await valueOf(own)).toBe("own");
  expect(lookUp).not.toHaveBeenCalled();
});

test("the preview of an update looks the existing resource up by its name", async () => {
  await mockCloud({ preview: true });
  expect(await valueOf(unchanging(pending<string>(), { name: pulumi.output("hello") }, lookUp))).toBe("id of hello");
});

test("the preview of a creation looks nothing up, because there is no name yet", async () => {
  await mockCloud({ preview: true });
  expect(await valueOf(unchanging(pending<string>(), { name: pending<string>() }, lookUp))).toBe(unknown);
  expect(lookUp).not.toHaveBeenCalled();
});

test.each([
  ["unknown, as without a lookup", pending<string>(), unknown],
  ["the resource's own output, if it has one", pulumi.output("own"), "own"],
])("if nothing is found, a preview has %s", async (_, output, expected) => {
  await mockCloud({ preview: true });
  lookUp.mockRejectedValueOnce(new Error("ResourceNotFound"));
  expect(await valueOf(unchanging(output, { name: pulumi.output("hello") }, lookUp))).toBe(expected);
});
