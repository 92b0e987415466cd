/** The import of an image into the stack's registry during an update. */
import * as pulumi from "@pulumi/pulumi";
import { serviceImage } from "../../../../components/image/serviceImage.ts";
import { importImage } from "../../../../components/registry/importImage.ts";
import { importReferrers } from "../../../../components/registry/importReferrers.ts";
import { manifestDigest } from "../../../../components/registry/manifestDigest.ts";
import { mockCloud, valueOf } from "../../pulumiMocks.ts";

jest.mock("../../../../components/registry/importImage.ts");
jest.mock("../../../../components/registry/importReferrers.ts");
jest.mock("../../../../components/registry/manifestDigest.ts");

const digest = `sha256:${"a".repeat(64)}`;
const registryId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/staging";
const sourceId = registryId.replace(/staging$/, "dev");
const wanted = `staging.azurecr.io/team/hello:1@${digest}`;

async function imported(withSignIn = true): Promise<unknown> {
  const cloud = await mockCloud();
  const image = serviceImage({
    existing: `dev.azurecr.io/team/hello:1@${digest}`,
    importFrom: sourceId,
    registry: {
      ...{ loginServer: "staging.azurecr.io", resourceId: pulumi.output(registryId) },
      ...(withSignIn && { signIn: () => ({ username: "user", password: pulumi.secret("refresh") }) }),
    },
    build: () => pulumi.output("built"),
  });
  const reference = await valueOf(image);
  expect(await pulumi.isSecret(image)).toBe(false);
  await cloud.settled();
  return reference;
}

beforeEach(() => {
  jest.resetAllMocks();
  jest.mocked(importReferrers).mockResolvedValue([]);
});

it("copies the image by its digest, and runs the copy", async () => {
  expect(await imported()).toBe(wanted);
  expect(manifestDigest).toHaveBeenCalledWith("staging.azurecr.io", "refresh", "team/hello", digest);
  expect(importImage).toHaveBeenCalledWith(
    expect.objectContaining({ endpoint: "https://management.azure.com", registryId, sourceId }),
  );
});

it("copies nothing that the registry already has", async () => {
  jest.mocked(manifestDigest).mockResolvedValue(digest);
  expect(await imported()).toBe(wanted);
  expect(importImage).not.toHaveBeenCalled();
});

it("copies what refers to the image too, even if the registry already has the image", async () => {
  const request = expect.objectContaining({
    image: `dev.azurecr.io/team/hello:1@${digest}`,
    loginServer: "staging.azurecr.io",
  }) as object;
  await imported();
  jest.mocked(manifestDigest).mockResolvedValue(digest);
  await imported();
  expect(jest.mocked(importReferrers).mock.calls).toEqual([[request], [request]]);
});

it("only warns if that fails, because the image itself is there", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  jest.mocked(importReferrers).mockRejectedValue(new Error("dev.azurecr.io does not answer"));
  expect(await imported()).toBe(wanted);
  expect(warn).toHaveBeenCalledWith(
    `what refers to dev.azurecr.io/team/hello:1@${digest} (signatures, SBOMs) was not imported with it: dev.azurecr.io does not answer`,
  );
});

it("reads without a password if the registry has no sign-in", async () => {
  expect(await imported(false)).toBe(wanted);
  expect(manifestDigest).toHaveBeenCalledWith("staging.azurecr.io", "", "team/hello", digest);
});
