import { askedAt } from "../../../../ops/deploy/serviceAddress.ts";

const inside = "hello.shop.svc:8080";

test.each(["http://10.224.0.9", "http://172.16.4.1:8080", "http://192.168.0.1/", "http://100.64.3.2"])(
  "%s, which only its network reaches, is tested from inside the cluster",
  (address) => {
    expect(askedAt(address, inside)).toBe("hello.shop.svc:8080");
  },
);

test.each([
  "http://203.0.113.7",
  "http://172.32.0.1",
  "https://hello.example.com",
  "http://127.44.0.3",
  "hello.shop.svc:80",
])("%s is tested at the address that its users use", (address) => {
  expect(askedAt(address, inside)).toBe(address);
});

test("without a Service inside the cluster, there is no other address to test", () => {
  expect(askedAt("http://10.224.0.9", undefined)).toBe("http://10.224.0.9");
});
