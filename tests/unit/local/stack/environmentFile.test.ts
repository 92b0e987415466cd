import { environmentFileText } from "../../../../local/stack/environmentFile.ts";
import { withEnvironment } from "../../../../ops/stackEnvironment.ts";

it("is read by tarmac exactly as written", () => {
  const text = environmentFileText({ ARM_CLIENT_SECRET: "a#b $c=", PULUMI_BACKEND_URL: "file:///x?metadata=skip" }, [
    "/adapters",
    "/tools",
  ]);
  expect(withEnvironment(text, "local", { PATH: "/usr/bin", KUBECONFIG: "/mine" })).toEqual({
    ...{ PATH: "/adapters:/tools:/usr/bin", KUBECONFIG: "/mine", TARMAC_STACK: "local" },
    ...{ ARM_CLIENT_SECRET: "a#b $c=", PULUMI_BACKEND_URL: "file:///x?metadata=skip" },
  });
});
